import type { Store } from '../framework/store.ts';

/** A store that lives as long as the test. */
export class MemoryStore implements Store {
  readonly place = 'memory';
  #text: string | undefined;

  async load(): Promise<string | undefined> {
    return this.#text;
  }

  async commit(text: string): Promise<void> {
    this.#text = text;
  }

  /** Loses everything, as a pod does that is replaced. */
  clear(): void {
    this.#text = undefined;
  }
}
