import { CharmwrightError } from '../errors.ts';

/** What Juju makes of a dispatch's exit code. */
export const exitCode = {
  /** The hook is done; what it wrote takes effect. */
  success: 0,
  /** The hook failed; what it wrote is discarded, and Juju tries the same hook again. */
  failure: 1,
} as const;

/**
 * The process was told to end before the dispatch was through, as when its pod goes. Nothing is
 * committed; Juju runs the hook again.
 */
export class TerminatedError extends CharmwrightError {
  readonly code = 'terminated';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(
      `cannot finish this hook: ${signal} ended it. Juju runs it again; nothing was committed.`,
    );
    this.signal = signal;
  }
}

/** Something that is not an error was thrown where nobody could catch it. */
export class InterruptedError extends CharmwrightError {
  readonly code = 'interrupted';

  constructor(thrown: string, options: ErrorOptions) {
    super(`cannot finish this hook: ${thrown} was thrown. Nothing was committed.`, options);
  }
}
