import {
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  parseDocument,
  type Document,
  type ParsedNode,
  type Node,
} from 'yaml';
import { parseDuration } from './duration.ts';
import { PlanError } from './plan-error.ts';
import {
  sections,
  type Entry,
  type FieldKind,
  type FieldValue,
  type Layer,
  type Shape,
} from './shape.ts';
import { checkLayer } from './check-layer.ts';

/** Sections that belong to Pebble but that this daemon does not act on. */
const otherSections = new Set(['summary', 'description', 'workloads', 'pairing']);

/**
 * Reads a layer and checks what can be checked without the rest of the plan.
 *
 * @throws {PlanError}
 */
export function parseLayer(order: number, label: string, text: string): Layer {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const line = lines.linePos(fault.pos[0]).line;
    throw new PlanError(
      `cannot parse layer ${quote(label)}: yaml: line ${line}: ${fault.code.toLowerCase().replaceAll('_', ' ')}`,
      {
        cause: fault,
      },
    );
  }
  const top = new SectionReader(document, lines, `cannot parse layer ${quote(label)}`, 1);
  const values = new Map(top.pairs(document.contents, 'map[string]yaml.Node'));
  top.finish();

  const read = new Map<string, Map<string, Entry>>();
  for (const { name, noun, entry: shape } of sections) {
    const entries = new Map<string, Entry>();
    const node = values.get(name);
    const start = lines.linePos(node?.range[0] ?? 0).line;
    const reader = new SectionReader(
      document,
      lines,
      `cannot parse layer ${quote(label)} section ${quote(name)}`,
      start,
    );
    const nulls: string[] = [];
    for (const [key, value] of reader.pairs(node, `map[string]*${shape.typeName}`)) {
      if (reader.isNull(value)) {
        nulls.push(key);
      } else {
        entries.set(key, reader.object(value, shape));
      }
    }
    reader.finish();
    if (nulls[0] !== undefined) {
      throw new PlanError(`${noun} object cannot be null for ${noun} ${quote(nulls[0])}`);
    }
    read.set(name, entries);
  }
  checkOtherSections(values, (key) => {
    const start = lines.linePos(values.get(key)?.range[0] ?? 0).line;
    return new SectionReader(
      document,
      lines,
      `cannot parse layer ${quote(label)} section ${quote(key)}`,
      start,
    );
  });
  for (const key of values.keys()) {
    if (!read.has(key) && !otherSections.has(key)) {
      throw new PlanError(`cannot parse layer ${quote(label)}: unknown section ${quote(key)}`);
    }
    if (key === 'workloads') {
      throw new PlanError('cannot change immutable section "workloads"');
    }
  }
  const none = new Map<string, Entry>();
  const layer: Layer = {
    order,
    label,
    sections: {
      services: read.get('services') ?? none,
      checks: read.get('checks') ?? none,
      'log-targets': read.get('log-targets') ?? none,
    },
  };
  checkLayer(layer);
  return layer;
}

/** Looks at what has no part in the plan as far as Pebble would refuse it. */
function checkOtherSections(
  values: ReadonlyMap<string, ParsedNode | null>,
  readerOf: (key: string) => SectionReader,
): void {
  for (const key of ['summary', 'description']) {
    const value = values.get(key);
    if (value !== undefined && value !== null) {
      const reader = readerOf(key);
      reader.text(value, 'string');
      reader.finish();
    }
  }
  const pairing = readerOf('pairing');
  for (const [key, value] of pairing.pairs(values.get('pairing'), 'pairstate.PairingConfig')) {
    const mode = key === 'mode' ? (pairing.text(value, 'string') ?? '') : '';
    if (!['', 'disabled', 'single', 'multiple'].includes(mode)) {
      throw new PlanError(
        `invalid pairing mode ${quote(mode)}: should be "disabled", "single" or "multiple"`,
      );
    }
  }
  pairing.finish();
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** Turns YAML nodes into typed values and gathers what does not fit, as Pebble's reader does. */
class SectionReader {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #where: string;
  readonly #firstLine: number;
  readonly #problems: string[] = [];

  constructor(document: Document.Parsed, lines: LineCounter, where: string, firstLine: number) {
    this.#document = document;
    this.#lines = lines;
    this.#where = where;
    this.#firstLine = firstLine;
  }

  /** @throws {PlanError} when something did not fit. */
  finish(): void {
    if (this.#problems.length > 0) {
      throw new PlanError(
        `${this.#where}: yaml: unmarshal errors:\n  ${this.#problems.join('\n  ')}`,
      );
    }
  }

  isNull(node: ParsedNode | null | undefined): boolean {
    const target = this.#target(node);
    return target === undefined || (isScalar(target) && target.value === null);
  }

  /** The keys and values of a map; none, and a problem, when it is something else. */
  *pairs(
    node: ParsedNode | null | undefined,
    typeName: string,
  ): Generator<[string, ParsedNode | null]> {
    const target = this.#target(node);
    if (this.isNull(target)) {
      return;
    }
    if (!isMap(target)) {
      this.#misfit(target, typeName);
      return;
    }
    const seen = new Map<string, number>();
    for (const { key, value } of target.items) {
      const name = scalarText(key);
      const line = this.#lineOf(key);
      const before = seen.get(name);
      if (before !== undefined) {
        this.#problems.push(
          `line ${line}: mapping key ${quote(name)} already defined at line ${before}`,
        );
      }
      seen.set(name, line);
      yield [name, value];
    }
  }

  object(node: ParsedNode | null, shape: Shape): Entry {
    const entry: Record<string, FieldValue> = {};
    const keyLines = this.#keyLines(node);
    for (const [key, value] of this.pairs(node, shape.typeName)) {
      const kind = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
      if (kind === undefined) {
        this.#problems.push(
          `line ${keyLines.get(key) ?? 1}: field ${key} not found in type ${shape.typeName}`,
        );
        continue;
      }
      const decoded = this.isNull(value) ? undefined : this.#value(value, kind);
      if (decoded !== undefined) {
        entry[key] = decoded;
      }
    }
    return entry;
  }

  #value(node: ParsedNode | null, kind: FieldKind): FieldValue | undefined {
    switch (kind) {
      case 'string':
        return this.text(node, 'string');
      case 'list':
        return this.#list(node);
      case 'map':
        return Object.fromEntries(
          [...this.pairs(node, 'map[string]string')].map(([key, value]) => [
            key,
            this.isNull(value) ? '' : (this.text(value, 'string') ?? ''),
          ]),
        );
      case 'integer': {
        const text = this.text(node, 'int');
        const number = text === undefined ? undefined : Number(text.replaceAll('_', ''));
        if (number !== undefined && !Number.isFinite(number)) {
          this.#misfit(this.#target(node), 'int');
          return undefined;
        }
        return number === undefined ? undefined : Math.trunc(number);
      }
      case 'float':
        return this.#scalar(node, 'floating-point number', (text) =>
          /^[-+.\d]/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined,
        );
      case 'duration':
        return this.#scalar(node, 'duration', parseDuration);
      default:
        return this.object(node, kind);
    }
  }

  #scalar(
    node: ParsedNode | null,
    what: string,
    read: (text: string) => number | undefined,
  ): number | undefined {
    const text = this.text(node, 'string');
    if (text === undefined) {
      return undefined;
    }
    const value = read(text);
    if (value === undefined) {
      throw new PlanError(`${this.#where}: invalid ${what} ${quote(text)}`);
    }
    return value;
  }

  #list(node: ParsedNode | null): readonly string[] | undefined {
    const target = this.#target(node);
    if (target === undefined || !('items' in target) || isMap(target)) {
      this.#misfit(target, '[]string');
      return undefined;
    }
    return target.items.map((item) => this.text(item, 'string') ?? '');
  }

  /** A scalar as it is written; a problem when the node is something else. */
  text(node: ParsedNode | null, typeName: string): string | undefined {
    const target = this.#target(node);
    if (!isScalar(target)) {
      this.#misfit(target, typeName);
      return undefined;
    }
    return scalarText(target);
  }

  /** Follows an alias to what it stands for. */
  #target(node: ParsedNode | null | undefined): ParsedNode | undefined {
    if (isAlias(node)) {
      const meant = node.resolve(this.#document);
      return isParsed(meant) ? meant : undefined;
    }
    return node ?? undefined;
  }

  #keyLines(node: ParsedNode | null): ReadonlyMap<string, number> {
    const target = this.#target(node);
    return new Map(
      isMap(target) ? target.items.map(({ key }) => [scalarText(key), this.#lineOf(key)]) : [],
    );
  }

  #misfit(node: ParsedNode | undefined, typeName: string): void {
    const found = isScalar(node)
      ? `${tagOf(node.value)} \`${scalarText(node)}\``
      : isMap(node)
        ? '!!map'
        : '!!seq';
    this.#problems.push(`line ${this.#lineOf(node)}: cannot unmarshal ${found} into ${typeName}`);
  }

  #lineOf(node: ParsedNode | undefined): number {
    return this.#lines.linePos(node?.range[0] ?? 0).line - this.#firstLine + 1;
  }
}

/** Whether a node was read from a text, as all of ours are. */
function isParsed(node: Node | undefined): node is ParsedNode {
  return node?.range !== undefined && node.range !== null;
}

/** A scalar as it is written, whatever it would mean to YAML. */
function scalarText(node: ParsedNode): string {
  if (!isScalar(node)) {
    return '';
  }
  return node.type === 'PLAIN' && node.source !== undefined ? node.source : String(node.value);
}

function tagOf(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? '!!int' : '!!float';
    case 'boolean':
      return '!!bool';
    default:
      return '!!str';
  }
}
