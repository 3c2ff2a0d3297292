import type { Json } from './json.ts';

/** How often and since when a handler was given one event. */
export interface EventHistory {
  /** 0 when the event is new; 1 when it is re-emitted for the first time. */
  readonly attempts: number;
  /** When the handler first deferred it. Absent when the event is new. */
  readonly deferredSince?: Date;
  /** The reason that the handler gave last. Absent when the event is new. */
  readonly reason?: string;
}

/** The history of an event that was never deferred. */
export const newEvent: EventHistory = Object.freeze({ attempts: 0 });

/**
 * Something that happened, as a handler sees it. Events of this class cannot be deferred: an action
 * must answer while its caller waits, and a unit that stops has no later.
 */
export abstract class CharmEvent {
  /** The name of the event as its emitter calls it, such as `config-changed`. */
  readonly kind: string;

  constructor(kind: string) {
    this.kind = kind;
  }

  /** What it takes to make this event again in a later process. */
  abstract snapshot(): Json;
}

/** The proof that an event was deferred. Only `defer()` makes one; a handler returns it. */
class Deferred {
  readonly event: DeferrableEvent;
  readonly reason: string;
  /** Makes the type nominal: no object literal passes for it. */
  readonly #proof = true;

  constructor(event: DeferrableEvent, reason: string) {
    this.event = event;
    this.reason = reason;
  }

  static is(value: unknown): value is Deferred {
    return value instanceof Deferred && value.#proof;
  }
}

export type { Deferred };

/** Whether a handler's result is a deferral. */
export function isDeferred(value: unknown): value is Deferred {
  return Deferred.is(value);
}

/** An event that a handler may put off to the next dispatch. */
export abstract class DeferrableEvent extends CharmEvent {
  /** 0 when the event is new; n when it is re-emitted to this handler for the n-th time. */
  readonly attempts: number;
  /** When this handler first deferred the event; `undefined` when the event is new. */
  readonly deferredSince: Date | undefined;
  /** Why this handler deferred the event last; `undefined` when the event is new. */
  readonly lastReason: string | undefined;
  #deferral: Deferred | undefined;

  constructor(kind: string, history: EventHistory = newEvent) {
    super(kind);
    this.attempts = history.attempts;
    this.deferredSince = history.deferredSince;
    this.lastReason = history.reason;
  }

  /** What the latest call of `defer()` returned. */
  get deferral(): Deferred | undefined {
    return this.#deferral;
  }

  /**
   * Asks for this event again at the start of the next dispatch, whatever that will be. The event
   * keeps its place in the queue as often as it is deferred.
   *
   * @param reason for whoever reads the log or the queue; never a secret
   * @returns what the handler returns: `return event.defer('the container is not up yet')`
   */
  defer(reason: string): Deferred {
    this.#deferral = new Deferred(this, reason);
    return this.#deferral;
  }
}
