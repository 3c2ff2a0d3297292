import {
  isAlias,
  isMap,
  isScalar,
  type Document,
  type LineCounter,
  type Node,
  type ParsedNode,
} from 'yaml';
import { parseDuration } from './duration.ts';
import { PlanError } from './plan-error.ts';
import type { Entry, FieldKind, FieldValue, Shape } from './shape.ts';

/** Turns YAML nodes into typed values and gathers what does not fit, as Pebble's reader does. */
export class NodeReader {
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
          `line ${line}: mapping key ${JSON.stringify(name)} already defined at line ${before}`,
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
      throw new PlanError(`${this.#where}: invalid ${what} ${JSON.stringify(text)}`);
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
