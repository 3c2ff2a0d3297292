import type { Logger } from 'pino';
import type { CharmEvent } from '../framework/event.ts';
import type { EventSource } from '../framework/event-source.ts';
import type { Framework } from '../framework/framework.ts';
import type { Handler } from '../framework/handler.ts';
import type { Observer } from '../framework/observer.ts';
import type { StoredState, StoredStateOptions } from '../framework/stored-state.ts';
import type { Application } from '../model/application.ts';
import type { Config } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import type { Unit } from '../model/unit.ts';
import type { CharmEvents } from './events/catalogue.ts';
import type { CharmMeta } from './metadata.ts';

/** What a dispatch gives to the charm that it makes. */
export interface CharmRuntime<M extends CharmMeta> {
  readonly framework: Framework;
  readonly model: Model<M>;
  readonly on: CharmEvents<M>;
  readonly logger: Logger;
}

/** The arguments of a charm's constructor, to hand to `super` as they are. */
export type CharmArgs<M extends CharmMeta> = readonly [runtime: CharmRuntime<M>];

/** A charm's class, with what `charmwright types` has written from the charm's files. */
export interface CharmClass<M extends CharmMeta = CharmMeta, C extends Charm<M> = Charm<M>> {
  new (...args: CharmArgs<M>): C;
  readonly meta: M;
}

/**
 * The base of a charm: an object is made for every hook, observes what it wants in its constructor,
 * and ends with the process.
 *
 * @example
 * ```ts
 * class HelloCharm extends Charm<typeof meta> {
 *   static readonly meta = meta;
 *
 *   constructor(...args: CharmArgs<typeof meta>) {
 *     super(...args);
 *     this.observe(this.on['config-changed'], this.onConfigChanged);
 *   }
 *
 *   async onConfigChanged(event: ConfigChangedEvent): Promise<Deferred | void> {
 *     if (!(await this.unit.container('web').canConnect())) return event.defer('web is not up yet');
 *     await this.unit.setStatus(new ActiveStatus());
 *   }
 * }
 * ```
 */
export abstract class Charm<M extends CharmMeta> implements Observer {
  /** Under which the deferral queue finds the charm's handlers. */
  readonly path: string = 'charm';
  /** The events that this charm can get, by the names that Juju gives them. */
  readonly on: CharmEvents<M>;
  readonly model: Model<M>;
  readonly app: Application;
  readonly unit: Unit<M>;
  readonly config: Config<M['options']>;
  /** For objects beside the charm that observe, emit or store something. */
  readonly framework: Framework;
  readonly #runtime: CharmRuntime<M>;

  constructor(...[runtime]: CharmArgs<M>) {
    const { framework, model, on } = runtime;
    this.#runtime = runtime;
    this.framework = framework;
    this.model = model;
    this.on = on;
    this.app = model.app;
    this.unit = model.unit;
    this.config = model.config;
  }

  /** Writes to Juju's log. Never a secret. */
  get logger(): Logger {
    return this.#runtime.logger;
  }

  /**
   * Has a method of this charm, or a flowchart, called for each event of a source. Belongs into the
   * constructor, unconditionally: a deferred event whose handler is not observed any more is dropped.
   */
  observe<E extends CharmEvent>(source: EventSource<E>, handler: Handler<this, E>): void {
    this.framework.observe(this, source, handler);
  }

  /** A value that survives as long as the unit, in Juju's controller or in a file; see `main()`. */
  stored<T>(name: string, options: StoredStateOptions<T>): StoredState<T> {
    return this.framework.stored(this, name, options);
  }
}
