import type { Document, Pair, Scalar } from 'yaml';
import { messageOf } from '../../errors.ts';
import type { CharmFileIssue, CharmFileName } from './charm-file-error.ts';

export type YamlPath = readonly PropertyKey[];

/** A charm's YAML file: its value, and where in the text each part of it stands. */
export class YamlFile {
  readonly name: CharmFileName;
  /** What the text says; `null` when it says nothing. */
  readonly value: unknown;
  /** Why it is no YAML that Juju would take. */
  readonly issues: readonly CharmFileIssue[];
  readonly #document: Document;
  readonly #lineAt: (offset: number) => number;

  private constructor(
    name: CharmFileName,
    document: Document,
    lineAt: (offset: number) => number,
    nonTextKeys: readonly { readonly offset: number; readonly text: string }[],
  ) {
    this.name = name;
    this.#document = document;
    this.#lineAt = lineAt;
    const at = (offset: number, problem: string): CharmFileIssue => ({
      file: name,
      path: '',
      line: lineAt(offset),
      problem,
    });
    const issues = [
      ...document.errors.map(({ pos, message }) => at(pos[0], message)),
      ...nonTextKeys.map(({ offset, text }) =>
        at(offset, `the key ${text} is not text to YAML. Write it in quotes: "${text}"`),
      ),
    ];
    let value: unknown = null;
    try {
      value = document.errors.length > 0 ? null : document.toJS();
    } catch (error) {
      issues.push(at(0, messageOf(error)));
    }
    this.value = value ?? null;
    this.issues = issues;
  }

  /** Reads YAML as Juju does: 1.1 (so that `yes` is true), without times. */
  static async parse(name: CharmFileName, text: string): Promise<YamlFile> {
    const { parseDocument, LineCounter, visit, isScalar } = await import('yaml');
    const lines = new LineCounter();
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      version: '1.1',
      customTags: (tags) =>
        tags.filter(
          (tag) =>
            typeof tag === 'string' ||
            !(tag.format === 'TIME' || tag.tag === 'tag:yaml.org,2002:timestamp'),
        ),
    });
    const nonTextKeys: { offset: number; text: string }[] = [];
    visit(document, {
      Pair: (_, { key }) => {
        if (!isScalar(key) || typeof key.value === 'string' || key.source === '<<') return;
        nonTextKeys.push({ offset: key.range?.[0] ?? 0, text: key.source ?? String(key.value) });
      },
    });
    return new YamlFile(
      name,
      document,
      (offset) => Math.max(lines.linePos(offset).line, 1),
      nonTextKeys,
    );
  }

  /** The line of the deepest part of the path that the text has: that of its key, where it has one. */
  lineOf(path: YamlPath): number {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#offsetOf(path.slice(0, length));
      if (offset !== undefined) return this.#lineAt(offset);
    }
    return 1;
  }

  /** How a number or word is written: `1.0` where the value is only 1. */
  sourceOf(path: YamlPath): string | undefined {
    const node = this.#document.getIn(path, true);
    return isScalarNode(node) ? node.source : undefined;
  }

  #offsetOf(path: YamlPath): number | undefined {
    const parent = path.length === 1 ? this.#document.contents : this.#parentOf(path);
    const last = path.at(-1);
    const pair = pairsOf(parent).find(({ key }) => isScalarNode(key) && key.value === last);
    const node = pair?.key ?? this.#document.getIn(path, true);
    return rangeOf(node);
  }

  #parentOf(path: YamlPath): unknown {
    return this.#document.getIn(path.slice(0, -1), true);
  }
}

function pairsOf(node: unknown): readonly Pair[] {
  return isObject(node) && 'items' in node && Array.isArray(node.items)
    ? node.items.filter((item: unknown): item is Pair => isObject(item) && 'key' in item)
    : [];
}

function isScalarNode(node: unknown): node is Scalar {
  return isObject(node) && 'source' in node && 'value' in node;
}

function rangeOf(node: unknown): number | undefined {
  return isObject(node) && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
