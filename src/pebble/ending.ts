/**
 * A wish to end something early, as those hear it who work on it. An `AbortSignal` says the same, and
 * takes longer to make and to listen to than a short exchange takes.
 */
export interface Ending {
  /** Why it has to end. Undefined as long as it may go on. */
  readonly reason: unknown;
  /** Throws the reason, if there is one. */
  throwIfEnded(): void;
  /** Has the listener called once, when the wish is made. */
  listen(listener: () => void): void;
  unlisten(listener: () => void): void;
}

/** The wish that a signal makes, if there is one. */
export function endingOf(signal: AbortSignal | undefined): Ending {
  return {
    get reason(): unknown {
      const reason: unknown = signal?.reason;
      return reason;
    },
    throwIfEnded: () => signal?.throwIfAborted(),
    listen: (listener) => signal?.addEventListener('abort', listener, { once: true }),
    unlisten: (listener) => signal?.removeEventListener('abort', listener),
  };
}
