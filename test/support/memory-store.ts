import type { Store } from '../../src/framework/store.ts';

/** A store in memory that counts its commits. */
export class MemoryStore implements Store {
  readonly place = 'memory';
  readonly commits: string[] = [];
  #text: string | undefined;

  constructor(text?: string) {
    this.#text = text;
  }

  async load(): Promise<string | undefined> {
    return this.#text;
  }

  async commit(text: string): Promise<void> {
    this.commits.push(text);
    this.#text = text;
  }
}
