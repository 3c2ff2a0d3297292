/** An answer that is asked for at most once. A failure is not remembered: the next one asks again. */
export class Remembered<T> {
  readonly #ask: () => Promise<T>;
  #answer: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  async get(): Promise<T> {
    const answer = (this.#answer ??= this.#ask());
    try {
      return await answer;
    } catch (error) {
      if (this.#answer === answer) this.#answer = undefined;
      throw error;
    }
  }

  /** Begins to ask, so that a later `get()` waits less. What goes wrong shows there. */
  prepare(): void {
    this.get().catch(() => undefined);
  }

  /** Takes an answer that is known in another way. */
  set(answer: T): void {
    this.#answer = Promise.resolve(answer);
  }
}
