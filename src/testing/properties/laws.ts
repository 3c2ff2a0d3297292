import { keyOf, type DeferredEntry } from '../../framework/deferral-queue.ts';
import { failedReemissions, type RunResult } from '../run-result.ts';
import { BrokenInvariantError } from './errors.ts';

/** No handler may throw while nothing was made to break, be its event new or deferred. */
export function checkNoCrash(result: RunResult, when: string): void {
  if (result.error !== undefined) throw new BrokenInvariantError('no crash', when, result.error);
  const [failed] = failedReemissions(result);
  if (failed === undefined) return;
  throw new BrokenInvariantError(
    'no crash',
    when,
    new Error(`the deferred ${failed.kind} for ${failed.handler} threw ${failed.lastError ?? ''}`),
  );
}

/**
 * No deferral is lost: what leaves the queue was emitted again or dropped with a word in the log,
 * and what a flowchart deferred is in it.
 */
export function checkDeferrals(
  before: readonly DeferredEntry[],
  result: RunResult,
  when: string,
): void {
  const after = new Set(result.deferred.map(keyOf));
  for (const entry of before) {
    if (after.has(keyOf(entry))) continue;
    const { kind, observer, handler } = entry;
    const told = result.logs.some(({ message }) =>
      message.includes(`the deferred ${kind} for ${observer}.${handler}`),
    );
    if (told) continue;
    throw lost(`the deferred ${kind} for ${observer}.${handler} left the queue untold`, when);
  }
  if (result.exitCode !== 0) return;
  for (const { chart, visits, line } of result.walks) {
    const last = visits.at(-1);
    const deferred = last?.edge === undefined && last?.failed === undefined;
    if (!deferred || line.endsWith(' return') || line.endsWith(': ')) continue;
    if (result.deferred.some(({ handler }) => handler === chart)) continue;
    throw lost(`the walk "${line}" ended in a deferral that is not in the queue`, when);
  }
}

function lost(what: string, when: string): BrokenInvariantError {
  return new BrokenInvariantError('no lost deferral', when, new Error(what));
}
