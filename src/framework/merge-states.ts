import { DeferralQueue } from './deferral-queue.ts';
import type { SavedState } from './state-format.ts';

/**
 * One state of two, so that nothing of either is lost: the events of both, the older state's first
 * and equal ones once, and of each stored value the newer one.
 */
export function mergeStates(older: SavedState, newer: SavedState): SavedState {
  const queue = new DeferralQueue(older.queue);
  for (const entry of newer.queue) queue.put(entry);
  return { queue: queue.entries(), stored: new Map([...older.stored, ...newer.stored]) };
}
