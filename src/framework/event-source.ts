import { DuplicateHandlerError } from './errors.ts';
import type { CharmEvent, EventHistory } from './event.ts';
import { isGone, type EventKind, type Gone } from './event-kind.ts';
import type { HandlerResult, HandlerRun } from './handler.ts';
import type { Json } from './json.ts';

/** One handler of one observer, observing one source. */
export interface Observation<in E extends CharmEvent> {
  /** The path of the observer. */
  readonly observer: string;
  /** The name of the method or flowchart. */
  readonly handler: string;
  readonly invoke: (event: E, run: HandlerRun) => HandlerResult | Promise<HandlerResult>;
}

/** One event on its way to one handler. */
export interface Delivery {
  readonly observer: string;
  readonly handler: string;
  readonly event: CharmEvent;
  readonly invoke: (run: HandlerRun) => HandlerResult | Promise<HandlerResult>;
}

/** A named event on one emitter: what `observe` takes. `Framework.source()` makes it. */
export class EventSource<in out E extends CharmEvent> {
  /** The path of the emitter. */
  readonly emitter: string;
  readonly kind: string;
  readonly #eventKind: EventKind<E>;
  /** By observer and handler; made for the first one, for most sources have none. */
  #observations: Map<string, Observation<E>> | undefined;

  constructor(emitter: string, kind: EventKind<E>) {
    this.emitter = emitter;
    this.kind = kind.kind;
    this.#eventKind = kind;
  }

  /** Whether anybody observes it. */
  get isObserved(): boolean {
    return this.#observations !== undefined;
  }

  /** Whether a handler of an observer gets its events. */
  observedBy(observer: string, handler: string): boolean {
    return this.#observations?.has(observationKey(observer, handler)) ?? false;
  }

  /**
   * Adds a handler; handlers are called in the order of their adding.
   *
   * @internal `Framework.observe()` checks the handler first
   */
  add(observation: Observation<E>): void {
    const { observer, handler } = observation;
    const key = observationKey(observer, handler);
    this.#observations ??= new Map();
    if (this.#observations.has(key)) {
      throw new DuplicateHandlerError(this.kind, observer, handler);
    }
    this.#observations.set(key, observation);
  }

  /** @internal Addresses an event to every handler. */
  deliveries(event: E): Delivery[] {
    return Array.from(this.#observations?.values() ?? [], (observation) =>
      deliver(observation, event),
    );
  }

  /** @internal Makes an event again and addresses it to the handler that deferred it. */
  async redeliver(
    observer: string,
    handler: string,
    snapshot: Json,
    history: EventHistory,
  ): Promise<Delivery | Gone | undefined> {
    const observation = this.#observations?.get(observationKey(observer, handler));
    if (!observation) return undefined;
    const event = await this.#eventKind.restore(snapshot, history);
    return isGone(event) ? event : deliver(observation, event);
  }
}

function deliver<E extends CharmEvent>(
  { observer, handler, invoke }: Observation<E>,
  event: E,
): Delivery {
  return { observer, handler, event, invoke: (run) => invoke(event, run) };
}

/** The length tells where the one ends and the other begins. */
function observationKey(observer: string, handler: string): string {
  return `${observer.length} ${observer} ${handler}`;
}
