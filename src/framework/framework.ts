import { messageOf } from '../errors.ts';
import { Abort } from './abort.ts';
import { systemClock, type Clock } from './clock.ts';
import { DeferralQueue, type DeferredEntry } from './deferral-queue.ts';
import { AlreadyReemittedError, ForeignEventError } from './errors.ts';
import { DeferrableEvent, type CharmEvent, type Deferred } from './event.ts';
import { isGone, type EventKind } from './event-kind.ts';
import { EventSource, type Delivery } from './event-source.ts';
import type { FrameworkListener } from './framework-listener.ts';
import { handlerName, type Handler, type HandlerRun, type NodeTracer } from './handler.ts';
import { invoke } from './invocation.ts';
import { toJson } from './json.ts';
import type { Logger } from './logger.ts';
import type { Emitter, Observer } from './observer.ts';
import type { Participant } from './participant.ts';
import { PayloadSource, type PayloadSchema } from './payload-event.ts';
import { Registry } from './registry.ts';
import { emptyState, emptyText, parseState, printState, type SavedState } from './state-format.ts';
import type { Store } from './store.ts';
import type { StoredState, StoredStateOptions } from './stored-state.ts';
import { StoredStates } from './stored-states.ts';

export interface FrameworkOptions {
  readonly store: Store;
  readonly logger: Logger;
  /** @default the machine's clock */
  readonly clock?: Clock;
  readonly listener?: FrameworkListener;
  /** Told of every node of every flowchart. @default nobody */
  readonly tracer?: NodeTracer;
  /** Called before each handler, such as to stop there in a debugger. */
  readonly beforeHandler?: ((delivery: Delivery) => void) | undefined;
}

/**
 * Brings events to their handlers, keeps what they defer, and stores it.
 *
 * One dispatch is one framework: `open`, declare sources and observers, `reemit()`, `emit()` the
 * event that the process was started for, `commit()`. When the emission throws, do not commit: the
 * event comes again, and so does all that this process re-emitted.
 */
export class Framework {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listener: FrameworkListener;
  readonly #run: HandlerRun;
  readonly #beforeHandler: (delivery: Delivery) => void;
  readonly #registry = new Registry();
  readonly #participants: Participant[] = [];
  readonly #queue: DeferralQueue;
  readonly #loaded: readonly DeferredEntry[];
  readonly #stored: StoredStates;
  #committed: string;
  #reemitted = false;

  /**
   * Loads what the store holds.
   *
   * @throws {CorruptStateError} when it cannot be understood; nothing is ever silently started anew
   * @throws {NewerStateError} when a newer charmwright wrote it
   */
  static async open(options: FrameworkOptions): Promise<Framework> {
    const { store, logger } = options;
    const text = await store.load();
    if (store.takenFrom !== undefined) {
      logger.info(`takes over deferred events and stored state from ${store.takenFrom}`);
    }
    const state = text === undefined ? emptyState : parseState(text, store.place);
    return new Framework(options, state, text ?? emptyText());
  }

  private constructor(options: FrameworkOptions, state: SavedState, committed: string) {
    this.#store = options.store;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger;
    this.#listener = options.listener ?? {};
    this.#run = {
      logger: options.logger,
      walked: (walk) => this.#listener.walked?.(walk),
      ...(options.tracer && { tracer: options.tracer }),
    };
    this.#beforeHandler = options.beforeHandler ?? (() => {});
    this.#queue = new DeferralQueue(state.queue);
    this.#loaded = state.queue;
    this.#stored = new StoredStates(state.stored);
    this.#committed = committed;
  }

  /** The deferred events, oldest first. */
  get deferred(): readonly DeferredEntry[] {
    return this.#queue.entries();
  }

  /** Declares that an object emits events of a kind. Do so in every process, unconditionally. */
  source<E extends CharmEvent>(emitter: Emitter, kind: EventKind<E>): EventSource<E> {
    const source = new EventSource(emitter.path, kind);
    this.#registry.addSource(emitter, source);
    return source;
  }

  /**
   * Declares a custom event with a payload.
   *
   * @example
   * this.ready = framework.define(this, 'database-ready', z.object({ host: z.string() }));
   * await this.ready.emit({ host: '10.0.0.1' });
   */
  define<T>(emitter: Emitter, kind: string, schema: PayloadSchema<T>): PayloadSource<T> {
    const source = new PayloadSource<T>(emitter.path, kind, schema, (own, event) =>
      this.emit(own, event),
    );
    this.#registry.addSource(emitter, source);
    return source;
  }

  /**
   * Has a method or a flowchart called for each event of a source. Do so in every process,
   * unconditionally: a deferred event whose handler does not observe its source any more is dropped.
   */
  observe<O extends Observer, E extends CharmEvent>(
    observer: O,
    source: EventSource<E>,
    handler: Handler<O, E>,
  ): void {
    const name = handlerName(observer, source.kind, handler);
    this.#registry.addObject(observer);
    source.add({
      observer: observer.path,
      handler: name,
      invoke: (event, run) =>
        typeof handler === 'function'
          ? handler.call(observer, event)
          : handler.handle(observer, event, run),
    });
  }

  /** The stored states that objects have so far, by `<path of the object>/<name>`. */
  get storedPaths(): readonly string[] {
    return this.#stored.claimed;
  }

  /** Gives an object a value that survives between dispatches, under a name of its own. */
  stored<T>(owner: Observer, name: string, options: StoredStateOptions<T>): StoredState<T> {
    return this.#stored.claim(owner, name, options);
  }

  /** Adds something whose gathered writes are flushed before the commit. */
  join(participant: Participant): void {
    this.#participants.push(participant);
  }

  /**
   * Gives every deferred event to its handler again, oldest first, as the queue stands now. Never
   * throws for what a handler throws: that entry keeps its place, and what it gathered is undone.
   *
   * @throws {AlreadyReemittedError} when called twice
   */
  async reemit(): Promise<void> {
    if (this.#reemitted) throw new AlreadyReemittedError();
    this.#reemitted = true;
    const entries = this.#queue.entries();
    for (const [index, entry] of entries.entries()) {
      const untold = entries.length - index;
      if (index === mostTold) this.#logger.debug(`re-emitting ${untold} deferred events more`);
      await this.#reemitEntry(entry, index < mostTold);
    }
  }

  /**
   * Calls the observers of an event, in order, and waits for them. What a handler throws comes out
   * here. A handler that has an equal event waiting in the queue is passed over: that one stands for
   * this one.
   */
  async emit<E extends CharmEvent>(source: EventSource<E>, event: E): Promise<void> {
    if (
      this.#registry.source(source.emitter, source.kind) !== source ||
      event.kind !== source.kind
    ) {
      throw new ForeignEventError(event.kind, `${source.emitter}/${source.kind}`);
    }
    this.#listener.emitted?.(event);
    for (const delivery of source.deliveries(event)) await this.#emitTo(source.emitter, delivery);
  }

  /**
   * Flushes the participants, then stores queue and state in one write, if they changed.
   *
   * @param options.discarded the outside drops what the participants let out and runs the hook
   * again: what was re-emitted stays in the queue, since what came of it is lost
   */
  async commit({ discarded = false }: { readonly discarded?: boolean } = {}): Promise<void> {
    for (const participant of this.#participants) await participant.flush();
    const entries = this.#queue.entries();
    const queue = discarded ? new DeferralQueue([...this.#loaded, ...entries]).entries() : entries;
    const text = printState({ queue, stored: this.#stored.save() });
    if (text === this.#committed && this.#store.takenFrom === undefined) return;
    await this.#store.commit(text);
    this.#committed = text;
  }

  async #emitTo(emitter: string, delivery: Delivery): Promise<void> {
    const { event, observer, handler } = delivery;
    const { kind } = event;
    if (!(event instanceof DeferrableEvent)) {
      await this.#invoke(delivery);
      return;
    }
    const snapshot = toJson(event.snapshot(), `the snapshot of ${kind}`);
    const identity = { emitter, kind, observer, handler, snapshot };
    if (this.#queue.has(identity)) {
      this.#logger.debug(`${kind} waits for ${observer}.${handler} already`);
      return;
    }
    const deferral = await this.#invoke(delivery);
    if (!deferral) return;
    const { reason } = deferral;
    this.#logger.info(`${observer}.${handler} deferred ${kind}: ${reason}`);
    this.#defer({ ...identity, deferredSince: this.#clock.now(), attempts: 0, reason });
  }

  async #reemitEntry(entry: DeferredEntry, told: boolean): Promise<void> {
    const { lastError: _, ...tried } = { ...entry, attempts: entry.attempts + 1 };
    const rollback = this.#savepoint();
    try {
      const delivery = await this.#redeliver(tried);
      if (typeof delivery === 'string') {
        this.#drop(tried, delivery);
        return;
      }
      if (told) this.#logger.debug(`re-emitting ${describe(tried)}`);
      const deferral = await this.#invoke(delivery);
      this.#stored.verify();
      if (deferral) this.#defer({ ...tried, reason: deferral.reason });
      else this.#queue.remove(entry);
    } catch (error) {
      if (error instanceof Abort) {
        this.#logger.info(`${entry.observer}.${entry.handler} ${error.message}`);
        this.#queue.remove(entry);
        return;
      }
      rollback();
      this.#fail({ ...tried, lastError: messageOf(error) }, error);
    }
  }

  async #invoke(delivery: Delivery): Promise<Deferred | undefined> {
    this.#beforeHandler(delivery);
    return await invoke(delivery, this.#run);
  }

  /** The delivery of an entry, or why there can never be one. */
  async #redeliver(entry: DeferredEntry): Promise<Delivery | string> {
    const { emitter, kind, observer, handler, snapshot } = entry;
    const source = this.#registry.source(emitter, kind);
    if (!source) return `${emitter} has no event ${kind} any more`;
    const delivery = await source.redeliver(observer, handler, snapshot, entryHistory(entry));
    if (!delivery) return `${observer}.${handler} does not observe it any more`;
    return isGone(delivery) ? delivery.why : delivery;
  }

  #defer(entry: DeferredEntry): void {
    this.#queue.put(entry);
    this.#listener.deferred?.(entry);
  }

  #drop(entry: DeferredEntry, why: string): void {
    this.#queue.remove(entry);
    this.#logger.warn(`dropped ${describe(entry)}: ${why}`);
    this.#listener.dropped?.(entry, why);
  }

  #fail(entry: DeferredEntry, error: unknown): void {
    this.#queue.put(entry);
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#logger.error(
      `cannot re-emit ${describe(entry)}: it keeps its place and is tried again at the next dispatch. ${trace}`,
    );
    this.#listener.failed?.(entry, error);
  }

  #savepoint(): () => void {
    const undo = [this.#queue, this.#stored, ...this.#participants].map((part) => part.savepoint());
    return () => {
      for (const step of undo) step();
    };
  }
}

/** Re-emissions of one dispatch that get a line each: between a handler's own, each is a call. */
const mostTold = 100;

function entryHistory({ attempts, deferredSince, reason }: DeferredEntry) {
  return { attempts, deferredSince, reason };
}

function describe({ kind, observer, handler, attempts, deferredSince, reason }: DeferredEntry) {
  return `the deferred ${kind} for ${observer}.${handler} (attempt ${attempts}, deferred since ${deferredSince.toISOString()}: ${reason})`;
}
