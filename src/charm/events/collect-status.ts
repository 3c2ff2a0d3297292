import { CharmEvent } from '../../framework/event.ts';
import type { EventKind } from '../../framework/event-kind.ts';
import type { EventSource } from '../../framework/event-source.ts';
import type { Framework } from '../../framework/framework.ts';
import type { Json } from '../../framework/json.ts';
import type { Emitter } from '../../framework/observer.ts';
import { mostUrgent, type Status } from '../../model/status.ts';
import { foreignSnapshot } from './row.ts';

/**
 * Asks the charm for the status of each of its parts; the most urgent one is shown. Comes at the
 * end of every dispatch, after the handlers of Juju's event, and belongs to that dispatch alone: it
 * cannot be deferred.
 */
export abstract class CollectStatusEvent extends CharmEvent {
  readonly #statuses: Status[] = [];

  /** What was added until now, in order. */
  get statuses(): readonly Status[] {
    return [...this.#statuses];
  }

  /**
   * The status to be shown: blocked before maintenance before waiting before active, and of equal
   * ones the first. `undefined` when none was added; then the status stays as it is.
   */
  get result(): Status | undefined {
    return mostUrgent(this.#statuses);
  }

  /** Tells the status of one part. May be called as often as the charm has parts. */
  addStatus(status: Status): void {
    this.#statuses.push(status);
  }

  snapshot(): Json {
    return null;
  }
}

/** Asks for the status of the application. On the leader only. */
export class CollectAppStatusEvent extends CollectStatusEvent {
  declare readonly kind: 'collect-app-status';

  constructor() {
    super('collect-app-status');
  }
}

/** Asks for the status of the unit. */
export class CollectUnitStatusEvent extends CollectStatusEvent {
  declare readonly kind: 'collect-unit-status';

  constructor() {
    super('collect-unit-status');
  }
}

export interface CollectStatusEvents {
  readonly 'collect-app-status': CollectAppStatusEvent;
  readonly 'collect-unit-status': CollectUnitStatusEvent;
}

/** The sources of both events. Juju has no such hooks: charmwright emits these events itself. */
export interface CollectStatusSources {
  readonly app: EventSource<CollectAppStatusEvent>;
  readonly unit: EventSource<CollectUnitStatusEvent>;
}

/** Declares both events. */
export function collectStatusSources(framework: Framework, emitter: Emitter): CollectStatusSources {
  const restore = foreignSnapshot;
  const app: EventKind<CollectAppStatusEvent> = { kind: 'collect-app-status', restore };
  const unit: EventKind<CollectUnitStatusEvent> = { kind: 'collect-unit-status', restore };
  return { app: framework.source(emitter, app), unit: framework.source(emitter, unit) };
}
