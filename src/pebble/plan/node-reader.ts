import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  type Range,
  type Scalar,
} from 'yaml';
import { PebblePlanError } from './plan-error.ts';
import { parseDuration } from './duration.ts';
import { goFloat, goNumber } from './go-number.ts';
import type { LayerText } from './layer-text.ts';
import { isTimestamp } from './yaml-text.ts';
import { isSet, kindOf, type Entry, type FieldKind, type Shape } from './shape.ts';
import { goQuote } from './go-quote.ts';

/** What a reader does with fields that Pebble does not know. */
export interface NodeReaderSettings {
  /** Keep them, rather than refuse them as Pebble does. */
  readonly keepUnknown: boolean;
}

type Pair = readonly [key: string, value: ParsedNode | null, keyNode: ParsedNode];

/** Turns YAML nodes into typed values and gathers what does not fit, as Pebble's reader does. */
export class NodeReader {
  readonly #text: LayerText;
  readonly #keepUnknown: boolean;
  readonly #where: string;
  readonly #section: readonly string[];
  readonly #range: Range;
  readonly #problems: string[] = [];

  /** @param section the node of one section; absent for the layer as a whole. */
  constructor(
    text: LayerText,
    { keepUnknown }: NodeReaderSettings,
    where: string,
    section?: readonly [string, ParsedNode | undefined],
  ) {
    this.#keepUnknown = keepUnknown;
    this.#text = text;
    this.#where = where;
    this.#section = section === undefined ? [] : [section[0]];
    this.#range = section?.[1]?.range ?? [0, 0, section === undefined ? Infinity : 0];
  }

  /** @throws {PebblePlanError} when something did not fit. */
  finish(): void {
    if (this.#problems.length > 0) {
      this.#refuse(`yaml: unmarshal errors:\n  ${this.#problems.join('\n  ')}`);
    }
  }

  isNull(node: ParsedNode | null | undefined): boolean {
    const target = this.#target(node);
    return target === undefined || (isScalar(target) && target.value === null);
  }

  /** The keys and values of a map; none, and a problem, when it is something else. */
  pairs(node: ParsedNode | null | undefined, typeName: string): readonly Pair[] {
    const target = this.#target(node);
    if (target === undefined || this.isNull(target)) {
      return [];
    }
    if (!isMap(target)) {
      this.#misfit(target, typeName);
      return [];
    }
    const lines = new Map<string, number>();
    const own = new Map<string, Pair>();
    const merged: Pair[] = [];
    for (const { key, value } of target.items) {
      if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<') {
        merged.push(...this.#mergedPairs(value, typeName));
        continue;
      }
      const named = this.#target(key);
      if (!isScalar(named)) {
        this.#misfit(named, 'string');
        continue;
      }
      const name = scalarText(named);
      const line = this.#lineOf(key);
      const before = lines.get(name);
      if (before !== undefined) {
        this.#problems.push(
          `line ${line}: mapping key ${goQuote(name)} already defined at line ${before}`,
        );
      }
      lines.set(name, line);
      if (!this.isNull(key)) {
        own.set(name, [name, value, key]);
      }
    }
    return [...merged.filter(([name]) => !own.has(name)), ...own.values()];
  }

  /** @param path from the section down. */
  object(node: ParsedNode | null, shape: Shape, path: readonly string[]): Entry {
    return Object.fromEntries(
      this.pairs(node, shape.typeName).flatMap(([key, value, keyNode]) => {
        const kind = kindOf(shape, key);
        if (kind === undefined) {
          return this.#unknown(key, value, keyNode, shape);
        }
        const read = this.isNull(value) ? undefined : this.#value(value, kind, [...path, key]);
        return isSet(read, kind) ? [[key, read]] : [];
      }),
    );
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

  #unknown(
    key: string,
    value: ParsedNode | null,
    keyNode: ParsedNode,
    { typeName }: Shape,
  ): readonly (readonly [string, unknown])[] {
    if (this.#keepUnknown) {
      return [[key, value?.toJS(this.#text.document)]];
    }
    this.#problems.push(
      `line ${this.#lineOf(keyNode)}: field ${key} not found in type ${typeName}`,
    );
    return [];
  }

  /** What `<<` brings in: a map, or several, of which the first counts most. */
  #mergedPairs(node: ParsedNode | null, typeName: string): readonly Pair[] {
    const target = this.#target(node);
    const maps = isSeq(target) ? target.items.map((item) => this.#target(item)) : [target];
    if (!maps.every((map) => isMap(map))) {
      this.#refuse('yaml: map merge requires map or sequence of maps as the value');
    }
    const found = new Map<string, Pair>();
    for (const pair of maps.flatMap((map) => this.pairs(map, typeName))) {
      if (!found.has(pair[0])) {
        found.set(pair[0], pair);
      }
    }
    return [...found.values()];
  }

  #value(node: ParsedNode | null, kind: FieldKind, path: readonly string[]): unknown {
    switch (kind) {
      case 'string':
        return this.text(node, 'string');
      case 'list':
        return this.#list(node);
      case 'map':
        return Object.fromEntries(
          this.pairs(node, 'map[string]string').map(([key, value]) => [
            key,
            this.isNull(value) ? '' : (this.text(value, 'string') ?? ''),
          ]),
        );
      case 'integer':
      case 'id':
        return this.#integer(node);
      case 'float':
        return this.#parsed(
          node,
          'floating-point number',
          'value must be a YAML number',
          path,
          goFloat,
        );
      case 'duration':
        return this.#parsed(
          node,
          'duration',
          'duration must be a YAML string',
          path,
          parseDuration,
        );
      default:
        return this.object(node, kind, path);
    }
  }

  #integer(node: ParsedNode | null): number | undefined {
    const target = this.#target(node);
    const number = isScalar(target) && isBare(target) ? goNumber(scalarText(target)) : undefined;
    if (number === undefined || Math.abs(number) >= 2 ** 63) {
      this.#misfit(target, 'int');
      return undefined;
    }
    return Math.trunc(number);
  }

  #parsed(
    node: ParsedNode | null,
    what: string,
    whenNoScalar: string,
    path: readonly string[],
    read: (text: string) => number | undefined,
  ): number {
    const target = this.#target(node);
    if (!isScalar(target)) {
      return this.#refuse(whenNoScalar, ...path);
    }
    const text = scalarText(target);
    return read(text) ?? this.#refuse(`invalid ${what} ${goQuote(text)}`, ...path);
  }

  /** The texts of a list, without those that are nothing. */
  #list(node: ParsedNode | null): readonly string[] | undefined {
    const target = this.#target(node);
    if (!isSeq(target)) {
      this.#misfit(target, '[]string');
      return undefined;
    }
    return target.items.flatMap((item) =>
      this.isNull(item) ? [] : [this.text(item, 'string') ?? ''],
    );
  }

  /** Follows an alias to what it stands for, which must be in the same section. */
  #target(node: ParsedNode | null | undefined): ParsedNode | undefined {
    if (!isAlias(node)) {
      return node ?? undefined;
    }
    const meant = node.resolve(this.#text.document);
    const [start, , end] = this.#range;
    if (!isParsed(meant) || meant.range[0] < start || meant.range[0] > end) {
      return this.#refuse(`yaml: unknown anchor '${node.source}' referenced`);
    }
    return meant;
  }

  #misfit(node: ParsedNode | undefined, typeName: string): void {
    const found = isScalar(node)
      ? `${tagOf(node)} \`${shortened(scalarText(node))}\``
      : isMap(node)
        ? '!!map'
        : '!!seq';
    this.#problems.push(`line ${this.#lineOf(node)}: cannot unmarshal ${found} into ${typeName}`);
  }

  #refuse(why: string, ...path: readonly string[]): never {
    throw new PebblePlanError(`${this.#where}: ${why}`, {
      layer: this.#text.label,
      path: [...this.#section, ...path],
    });
  }

  #lineOf(node: ParsedNode | undefined): number {
    const { lines } = this.#text;
    return lines.linePos(node?.range[0] ?? 0).line - lines.linePos(this.#range[0]).line + 1;
  }
}

/** Whether a node was read from a text, as all of ours are. */
function isParsed(node: Node | undefined): node is ParsedNode {
  return node?.range !== undefined && node.range !== null;
}

/** A scalar as it is written, whatever it would mean to YAML. */
function scalarText(node: Node): string {
  if (!isScalar(node)) {
    return '';
  }
  return node.type === 'PLAIN' && node.source !== undefined ? node.source : String(node.value);
}

/** Go shows no more than the beginning of a value that does not fit. */
function shortened(text: string): string {
  return text.length > 10 ? `${text.slice(0, 7)}...` : text;
}

/** Whether a scalar may be something else than a text. */
function isBare({ type, tag }: Scalar): boolean {
  return tag === undefined ? type === 'PLAIN' : tag.endsWith(':int') || tag.endsWith(':float');
}

function tagOf(node: Scalar): string {
  if (!isBare(node)) {
    return '!!str';
  }
  const text = scalarText(node);
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) {
    return '!!bool';
  }
  const number = goNumber(text);
  if (number !== undefined) {
    return Number.isInteger(number) && Math.abs(number) < 2 ** 63 ? '!!int' : '!!float';
  }
  return isTimestamp(text) ? '!!timestamp' : '!!str';
}
