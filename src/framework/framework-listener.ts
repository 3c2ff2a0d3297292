import type { CharmEvent } from './event.ts';
import type { DeferredEntry } from './deferral-queue.ts';
import type { Walk } from './walk.ts';

/** Hears what becomes of events. Each member is optional; none may throw. */
export interface FrameworkListener {
  /** An event came about, before its handlers have it, if there are any. Not a re-emission. */
  readonly emitted?: (event: CharmEvent) => void;
  /** A flowchart ran, whether to its end or into an error. */
  readonly walked?: (walk: Walk) => void;
  /** A handler deferred an event, for the first time or again. */
  readonly deferred?: (entry: DeferredEntry) => void;
  /** A deferred event left the queue without its handler having run. */
  readonly dropped?: (entry: DeferredEntry, why: string) => void;
  /** A re-emission threw. The entry, with its attempts counted, stays in the queue. */
  readonly failed?: (entry: DeferredEntry, error: unknown) => void;
}
