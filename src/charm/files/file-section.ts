import type { CharmFileIssue } from './charm-file-error.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

/** The part of a file that stands for metadata.yaml, config.yaml or actions.yaml. */
export class FileSection {
  readonly file: YamlFile;
  readonly value: unknown;
  readonly #root: YamlPath;

  /** @param root where the part begins; empty for a whole file. */
  constructor(file: YamlFile, value: unknown, root: YamlPath = []) {
    this.file = file;
    this.value = value;
    this.#root = root;
  }

  issue(path: YamlPath, problem: string): CharmFileIssue {
    const whole = [...this.#root, ...path];
    return {
      file: this.file.name,
      path: whole.map(String).join('.'),
      line: this.file.lineOf(whole),
      problem,
    };
  }

  /** How a number or word is written in the file. */
  sourceOf(path: YamlPath): string | undefined {
    return this.file.sourceOf([...this.#root, ...path]);
  }
}

/** What a value holds, by key; nothing for what is no mapping. */
export function entriesOf(value: unknown): [string, unknown][] {
  return isMapping(value) ? Object.entries(value) : [];
}

/** The value of a key; `undefined` where there is none. */
export function fieldOf(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
