import type { CharmEvent, EventHistory } from './event.ts';
import type { Json } from './json.ts';

/** Says that an event can never be made again, because what it was about is gone. */
class Gone {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

export type { Gone };

/**
 * The answer of `restore` when an event is void for good.
 *
 * @param why completes "dropped, because …": `relation 3 is gone`
 */
export function gone(why: string): Gone {
  return new Gone(why);
}

export function isGone(value: unknown): value is Gone {
  return value instanceof Gone;
}

/** One kind of event: its name, and how to make it again from its snapshot. */
export interface EventKind<out E extends CharmEvent> {
  readonly kind: string;
  /**
   * Makes the event again in a later process. `gone(why)` drops it from the queue with a warning.
   * A throw does not: the entry keeps its place and is tried again at the next dispatch, so a hook
   * tool that fails once loses nothing.
   */
  readonly restore: (snapshot: Json, history: EventHistory) => E | Gone | Promise<E | Gone>;
}
