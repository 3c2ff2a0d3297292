import type { Ending } from './ending.ts';
import { PebbleAbortError, PebbleTimeoutError } from './errors.ts';

/** Beyond this, timers of Node fire at once. */
const longestTimer = 2 ** 31 - 1;

/** The time that an operation may take and the caller's wish to end it, as one. */
export class Deadline implements Ending {
  readonly #what: string;
  readonly #timeout: number;
  readonly #caller: AbortSignal | undefined;
  #reason: Error | undefined;
  readonly #listeners = new Set<() => void>();
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(what: string, timeout: number, caller?: AbortSignal) {
    this.#what = what;
    this.#timeout = timeout;
    this.#caller = caller;
    if (caller?.aborted === true) this.#onCallerAbort();
    else caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
    this.restart();
  }

  /** A `PebbleTimeoutError`, a `PebbleAbortError`, or that of {@link abandon}. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  throwIfEnded(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** The same as a signal, made for who asks for one: a short exchange needs none. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Gives the operation its whole time again. */
  restart(): void {
    if (this.#timer === undefined) {
      this.#timer = setTimeout(this.#onTimeout, Math.min(Math.max(this.#timeout, 0), longestTimer));
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
    this.#expire(why instanceof Error ? why : new PebbleAbortError(this.#what, why));
  }

  /** Settles as the promise does, or rejects when the operation has to end first. */
  async race<T>(promise: Promise<T>): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const stop = (): void => {
        reject(this.#reason);
      };
      if (this.#reason === undefined) this.#listeners.add(stop);
      else stop();
      promise.then(
        (value) => {
          this.#listeners.delete(stop);
          resolve(value);
        },
        (error: unknown) => {
          this.#listeners.delete(stop);
          reject(error);
        },
      );
    });
  }

  readonly #onTimeout = (): void => {
    this.#expire(new PebbleTimeoutError(this.#what, this.#timeout));
  };

  readonly #onCallerAbort = (): void => {
    this.#expire(new PebbleAbortError(this.#what, this.#caller?.reason));
  };

  #expire(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
    this.#controller?.abort(this.#reason);
  }
}
