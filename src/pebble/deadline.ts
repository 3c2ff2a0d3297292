import { PebbleAbortError, PebbleTimeoutError } from './errors.ts';

/** Beyond this, timers of Node fire at once. */
const longestTimer = 2 ** 31 - 1;

/** The time that an operation may take and the caller's wish to end it, as one signal. */
export class Deadline {
  /** Aborted with a `PebbleTimeoutError` or a `PebbleAbortError` as its reason. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #what: string;
  readonly #timeout: number;
  readonly #caller: AbortSignal | undefined;
  readonly #onCallerAbort = (): void => {
    this.#controller.abort(new PebbleAbortError(this.#what, this.#caller?.reason));
  };
  #timer: NodeJS.Timeout | undefined;

  constructor(what: string, timeout: number, caller?: AbortSignal) {
    this.signal = this.#controller.signal;
    this.#what = what;
    this.#timeout = timeout;
    this.#caller = caller;
    if (caller?.aborted === true) this.#onCallerAbort();
    else caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
    this.restart();
  }

  /** Gives the operation its whole time again. */
  restart(): void {
    if (this.#timer === undefined) {
      const delay = Math.min(Math.max(this.#timeout, 0), longestTimer);
      this.#timer = setTimeout(() => {
        this.#controller.abort(new PebbleTimeoutError(this.#what, this.#timeout));
      }, delay);
    } else {
      this.#timer.refresh();
    }
  }

  /** Stops the clock while it is the caller who takes their time. */
  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Ends the clock and forgets the caller's signal. */
  end(): void {
    this.pause();
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }

  /** Ends the clock and the exchange with it: nobody will read the rest. */
  abandon(why: unknown): void {
    this.end();
    this.#controller.abort(why);
  }

  /** Settles as the promise does, or rejects when the signal is aborted first. */
  async race<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    let onAbort: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      onAbort = (): void => {
        reject(signal.reason);
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([aborted, promise]);
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    }
  }
}
