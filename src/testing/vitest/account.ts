import type { DeferredEntry } from '../../framework/deferral-queue.ts';
import type { Walk } from '../../framework/walk.ts';
import type { Status } from '../../simulator/status.ts';
import type { AnsweredCall } from '../hook-tool-calls.ts';
import type { LogLine } from '../run-result.ts';

/** A status as a test compares it. */
export type ShownStatus = Pick<Status, 'status' | 'message'>;

/** What one dispatch, or several in a row, did: the results of runs have all of it. */
export interface Account {
  readonly walks: readonly Walk[];
  readonly deferred: readonly DeferredEntry[];
  readonly hookToolCalls: readonly AnsweredCall[];
  readonly logs: readonly LogLine[];
}

/** What matchers look at: the result of a run, or a harness with all its runs. */
export type Witness =
  | (Account & { readonly status?: { readonly unit: ShownStatus; readonly app?: ShownStatus } })
  | {
      readonly runs: readonly Account[];
      readonly deferred: readonly DeferredEntry[];
      readonly status: { readonly unit: ShownStatus; readonly app?: ShownStatus };
    };

/** The status and the queue of a state of `charmwright/testing`. */
export interface StateWitness {
  readonly unitStatus: ShownStatus;
  readonly appStatus: ShownStatus;
  readonly deferred: readonly DeferredEntry[];
}

/**
 * All that a harness or the result of a run tells.
 *
 * @throws {TypeError} when it is neither
 */
export function accountOf(received: unknown): Account {
  if (isHarness(received)) {
    const { runs, deferred } = received;
    return {
      walks: runs.flatMap((run) => run.walks),
      deferred,
      hookToolCalls: runs.flatMap((run) => run.hookToolCalls),
      logs: runs.flatMap((run) => run.logs),
    };
  }
  if (isAccount(received)) return received;
  throw notAWitness();
}

/**
 * The deferral queue of a harness, of the result of a run or of a state.
 *
 * @throws {TypeError} when it is none of them
 */
export function queueOf(received: unknown): readonly DeferredEntry[] {
  return isState(received) ? received.deferred : accountOf(received).deferred;
}

/**
 * The status that shows, or else the last one that the run set; undefined when it set none.
 *
 * @throws {TypeError} when it is neither a harness nor the result of a run nor a state
 */
export function statusOf(received: unknown, whose: 'unit' | 'app'): ShownStatus | undefined {
  if (isState(received)) return whose === 'unit' ? received.unitStatus : received.appStatus;
  if (hasStatus(received)) return received.status[whose];
  const set = accountOf(received).hookToolCalls.flatMap(({ tool, args, reply }) => {
    if (tool !== 'status-set' || reply.code !== 0) return [];
    // `status-set [--application] <status> -- <message>`, as the runtime calls it.
    const [status = '', , message = ''] = args.slice(args.indexOf('--') - 1);
    const of = args[0] === '--application' ? 'app' : 'unit';
    return of === whose ? [{ status, message }] : [];
  });
  const last = set.at(-1);
  return last === undefined || !isStatusWord(last.status)
    ? undefined
    : { status: last.status, message: last.message };
}

const statusWords: readonly Status['status'][] = [
  'maintenance',
  'blocked',
  'waiting',
  'active',
  'unknown',
  'error',
  'terminated',
];

function isStatusWord(word: string): word is Status['status'] {
  return statusWords.some((each) => each === word);
}

function isState(received: unknown): received is StateWitness {
  return isObject(received) && 'unitStatus' in received && 'deferred' in received;
}

function isAccount(received: unknown): received is Account {
  return (
    isObject(received) &&
    'walks' in received &&
    'deferred' in received &&
    'hookToolCalls' in received &&
    'logs' in received
  );
}

function isHarness(
  received: unknown,
): received is { readonly runs: readonly Account[]; readonly deferred: readonly DeferredEntry[] } {
  return isObject(received) && 'runs' in received && 'deferred' in received;
}

function hasStatus(
  received: unknown,
): received is { readonly status: { readonly unit: ShownStatus; readonly app?: ShownStatus } } {
  return (
    isObject(received) &&
    'status' in received &&
    isObject(received.status) &&
    'unit' in received.status
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function notAWitness(): TypeError {
  return new TypeError(
    'cannot look for what a charm did: this is neither a harness nor the result of a run. Give expect() what run() returned (with await), or the harness itself; of a state only toHaveStatus, toHaveAppStatus and toHaveDeferred can tell.',
  );
}
