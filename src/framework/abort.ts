import { FrameworkError } from './errors.ts';

/**
 * Thrown by a handler that wants to stop here and call it a success, from however deep: the
 * configuration is wrong, the status says so, nothing is left to do. What was gathered so far is
 * flushed and committed, and the hook exits 0.
 *
 * During a re-emission it ends that handler only; its entry is done.
 */
export class Abort extends FrameworkError {
  readonly code = 'aborted';
  readonly reason: string;

  /** @param reason for the log; never a secret */
  constructor(reason: string) {
    super(`stopped early: ${reason}`);
    this.reason = reason;
  }
}
