import { messageOf } from '../errors.ts';
import { DispatchFailedError, ReemissionFailedError } from './errors.ts';
import { failedReemissions, type RunResult } from './run-result.ts';

/** Throws what a handler threw, be it the event's own or a deferred one's. */
export function throwFailure(result: RunResult): void {
  if (result.error instanceof Error) throw result.error;
  if (result.error !== undefined) {
    throw new DispatchFailedError(result.event, `a handler threw ${messageOf(result.error)}`);
  }
  const [failed] = failedReemissions(result);
  if (failed !== undefined) throw new ReemissionFailedError(result.event, failed);
}
