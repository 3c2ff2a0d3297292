import type { Store } from '../framework/store.ts';

/** A store that lives as long as the test. */
export class MemoryStore implements Store {
  readonly place = 'memory';
  #text: string | undefined;
  #before: string | undefined;

  /** @param text what it holds from the start */
  constructor(text?: string) {
    this.#text = text;
  }

  async load(): Promise<string | undefined> {
    this.#before = this.#text;
    return this.#text;
  }

  async commit(text: string): Promise<void> {
    this.#text = text;
  }

  /** Takes back what was committed since the last load, as Juju does with what a hook has set that then fails. */
  revert(): void {
    this.#text = this.#before;
  }

  /** Loses everything, as a pod does that is replaced. */
  clear(): void {
    this.#text = undefined;
  }
}
