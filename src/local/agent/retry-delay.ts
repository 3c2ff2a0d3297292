export interface RetryDelayOptions {
  /** Milliseconds before the first retry. Default: Juju's 5 seconds. */
  readonly first?: number | undefined;
  /** Milliseconds that no wait exceeds, before jitter. Default: Juju's 5 minutes. */
  readonly longest?: number | undefined;
  /** From 0 up to 1. Default: Math.random. */
  readonly random?: (() => number) | undefined;
}

/**
 * Milliseconds to wait before a failed hook is run again: doubling with each attempt, and up to a
 * tenth longer so that units which failed together do not retry together.
 *
 * @param attempts how often the hook has failed in a row, from 1.
 */
export function retryDelay(attempts: number, options: RetryDelayOptions = {}): number {
  const { first = 5_000, longest = 300_000, random = Math.random } = options;
  const doubled = first * 2 ** Math.min(attempts - 1, 30);
  return Math.min(doubled, longest) * (1 + random() / 10);
}
