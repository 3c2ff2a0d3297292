import { setTimeout as sleep } from 'node:timers/promises';

import { monotonicTime } from '../monotonic-time.ts';
import { PebbleAbortError, PebbleProtocolError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { askForNotices, type Notice, type NoticesFilter } from './notices.ts';
import { nanosecondsOf } from './timestamp.ts';

/** Which notices to follow. */
export interface WatchNoticesOptions extends NoticesFilter {
  /** Ends the loop with a `PebbleAbortError`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds without a sign of life of the daemon after which the loop ends with a
   * `PebbleTimeoutError`. A daemon to which nothing happens gives signs of life all the same.
   *
   * @default 5 000, or what the client was made with
   */
  readonly timeout?: number | undefined;
}

const what = 'wait for notices';

/** Gives each occurrence of a notice once: those that there are, then those that come. */
export async function* watchNotices(
  exchange: Exchange,
  { after, timeout, ...options }: WatchNoticesOptions & { readonly timeout: number },
): AsyncGenerator<Notice, void, undefined> {
  // The daemon answers in half of the time, with nothing if need be, so that its silence tells.
  const wait = Math.max(1, Math.min(timeout / 2, longestWait));
  let position = after;
  let reached = after === undefined ? undefined : timeOf(after);
  for (;;) {
    const query = { ...options, timeout, ...(position === undefined ? {} : { after: position }) };
    const asked = monotonicTime();
    const notices = await askForNotices(exchange, what, query, wait);
    // A notice that is repeated moves to the end. What the daemon has told before is not news.
    const news: Notice[] = [];
    const before = reached;
    for (const notice of notices) {
      const time = timeOf(notice.lastRepeated);
      if (before !== undefined && time <= before) {
        throw new PebbleProtocolError(what, `notice ${notice.id} is not later than ${position}`);
      }
      news.push(notice);
      if (reached === undefined || time > reached) {
        reached = time;
        // As the daemon wrote it: a time that is rounded would give the same notice again.
        position = notice.lastRepeated;
      }
    }
    yield* news;
    // Of types that it does not know, a daemon says at once that there is nothing.
    const early = notices.length === 0 ? wait - (monotonicTime() - asked) : 0;
    if (early > wait / 2) await pause(early, options.signal);
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch {
    throw new PebbleAbortError(what, signal?.reason);
  }
}

const longestWait = 30_000;

function timeOf(timestamp: string): bigint {
  const time = nanosecondsOf(timestamp);
  if (time === undefined) {
    throw new PebbleProtocolError(what, `${JSON.stringify(timestamp)} is no time`);
  }
  return time;
}
