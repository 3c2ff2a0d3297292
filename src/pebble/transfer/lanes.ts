/** How many requests of one transfer are under way at once. */
const mostAtOnce = 4;

/**
 * Has several requests under way at once. The first error ends the others and is thrown by whatever
 * is called next.
 */
export class Lanes {
  readonly #stop = new AbortController();
  readonly #busy = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  /** Aborted by the caller, or by the first error. */
  readonly signal: AbortSignal;

  constructor(caller: AbortSignal | undefined) {
    const own = this.#stop.signal;
    this.signal = caller === undefined ? own : AbortSignal.any([own, caller]);
  }

  /** Begins something as soon as there is room, and does not wait for its end. */
  async begin(act: () => Promise<void>): Promise<void> {
    while (this.#busy.size >= mostAtOnce) await Promise.race(this.#busy);
    this.#throwFailure();
    const run = act()
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.#busy.delete(run));
    this.#busy.add(run);
  }

  /** Waits for all that was begun. */
  async end(): Promise<void> {
    await Promise.all(this.#busy);
    this.#throwFailure();
  }

  /** Ends what is under way. An error that came before is the one that counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort(error);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
