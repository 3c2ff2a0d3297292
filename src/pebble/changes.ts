import { monotonicTime } from '../monotonic-time.ts';
import type { CallOptions } from './call-options.ts';
import { toChange, wireChangeSchema, wireChangesSchema, type Change } from './change.ts';
import { PebbleApiError, PebbleChangeError, PebbleTimeoutError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { goDuration } from './go-duration.ts';

/** Which changes to list. */
export interface ChangesOptions extends CallOptions {
  /** @default 'in-progress' */
  readonly select?: 'all' | 'in-progress' | 'ready' | undefined;
  /** Only changes that were asked for with this service's name. */
  readonly service?: string | undefined;
}

/** How long to wait for a change. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds until a `PebbleTimeoutError`.
   *
   * @default 30 000
   */
  readonly timeout?: number | undefined;
}

/** Pebble holds a wait's reply back for at most this long, so that a lost daemon is noticed. */
const waitSlice = 4_000;
/** Then its reply has this long to travel, on a busy machine. */
const waitMargin = 5_000;
const defaultWait = 30_000;

function changePath(id: string): string {
  return `/v1/changes/${encodeURIComponent(id)}`;
}

/** Lists changes, oldest first. */
export async function listChanges(
  exchange: Exchange,
  { select = 'in-progress', service, ...options }: ChangesOptions = {},
): Promise<readonly Change[]> {
  const changes = await exchange.get('list changes', '/v1/changes', wireChangesSchema, {
    ...options,
    query: { select, ...(service === undefined ? {} : { for: service }) },
  });
  return (changes ?? []).map(toChange).sort((a, b) => Number(a.id) - Number(b.id));
}

/** Reads one change. */
export async function getChange(
  exchange: Exchange,
  id: string,
  options?: CallOptions,
): Promise<Change> {
  return toChange(
    await exchange.get(`read change ${id}`, changePath(id), wireChangeSchema, options),
  );
}

/** Asks a change to stop what it has not finished. Wait for it to see how it ended. */
export async function abortChange(
  exchange: Exchange,
  id: string,
  options?: CallOptions,
): Promise<Change> {
  return toChange(
    await exchange.post(
      `abort change ${id}`,
      changePath(id),
      { action: 'abort' },
      wireChangeSchema,
      options,
    ),
  );
}

/**
 * Waits until a change is ready.
 *
 * @throws {PebbleChangeError} when it ended in any way but `Done`.
 * @throws {PebbleTimeoutError} when it is not ready in time. It goes on all the same.
 */
export async function waitChange(
  exchange: Exchange,
  id: string,
  { signal, timeout = defaultWait }: WaitOptions = {},
): Promise<Change> {
  const what = `wait for change ${id}`;
  const deadline = monotonicTime() + timeout;
  for (;;) {
    const left = deadline - monotonicTime();
    if (left <= 0) throw new PebbleTimeoutError(what, timeout);
    const slice = Math.min(left, waitSlice);
    const ofOneSlice = slice + waitMargin;
    try {
      const wire = await exchange.get(what, `${changePath(id)}/wait`, wireChangeSchema, {
        signal,
        timeout: Math.min(left, ofOneSlice),
        query: { timeout: goDuration(Math.max(1, slice)) },
      });
      const change = toChange(wire);
      // One that was aborted before it began ends as `Hold`, without an error.
      if (change.err !== undefined || change.status !== 'Done') throw new PebbleChangeError(change);
      return change;
    } catch (error) {
      // 504 says that the slice is over and the change is not. The client's own clock may be first.
      const sliceIsOver = error instanceof PebbleApiError && error.status === 504;
      const timeIsUp = error instanceof PebbleTimeoutError && left <= ofOneSlice;
      if (timeIsUp) throw new PebbleTimeoutError(what, timeout, { cause: error });
      if (!sliceIsOver) throw error;
    }
  }
}
