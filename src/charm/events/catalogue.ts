import type { CharmEvent, EventHistory } from '../../framework/event.ts';
import type { EventKind } from '../../framework/event-kind.ts';
import type { EventSource } from '../../framework/event-source.ts';
import type { Framework } from '../../framework/framework.ts';
import type { Json } from '../../framework/json.ts';
import type { Hook } from '../../juju/context.ts';
import type { ContainerName, EndpointName } from '../../model/declarations.ts';
import type { Model } from '../../model/model.ts';
import type { CharmMeta } from '../metadata.ts';
import { actionRow, type ActionEvents } from './action.ts';
import {
  collectStatusSources,
  type CollectStatusEvents,
  type CollectStatusSources,
} from './collect-status.ts';
import { lifecycleRows, type LifecycleEvents } from './lifecycle.ts';
import { relationRows, type RelationEvents } from './relation.ts';
import type { EventModel, EventRow } from './row.ts';
import { secretRows, type SecretEvents } from './secret.ts';
import { storageRows, type StorageEvents } from './storage.ts';
import { workloadRows, type WorkloadEvents } from './workload.ts';

/** All events that Juju has for a charm, by their names. */
export type EventsOf<M extends CharmMeta> = LifecycleEvents &
  CollectStatusEvents &
  SecretEvents &
  RelationEvents<EndpointName<M>> &
  WorkloadEvents<ContainerName<M>> &
  StorageEvents<keyof M['storage'] & string> &
  ActionEvents<M['actions']>;

/** What a charm observes: `this.on['config-changed']`. */
export type CharmEvents<M extends CharmMeta> = {
  readonly [K in keyof EventsOf<M>]: EventSource<Extract<EventsOf<M>[K], CharmEvent>>;
};

/** An event that is ready to be emitted. */
export interface PendingEvent {
  readonly source: EventSource<CharmEvent>;
  readonly event: CharmEvent;
}

/** The events of one charm, declared to its framework. */
export interface Catalogue<M extends CharmMeta> {
  readonly on: CharmEvents<M>;
  readonly collectStatus: CollectStatusSources;
  /** The event of a hook; `undefined` for one that this charm, or this charmwright, does not know. */
  readonly fromHook: (hook: Hook) => PendingEvent | undefined;
}

/** Events of Juju are emitted by Juju. */
const juju = { path: 'juju' };

/** Declares every event that Juju has for a charm, by what its files declare. */
export function declareEvents<M extends CharmMeta>(
  framework: Framework,
  meta: M,
  model: Model<M>,
): Catalogue<M> {
  const rows = rowsOf(meta);
  const sources: Record<string, EventSource<CharmEvent>> = {};
  for (const row of rows.values()) {
    sources[row.kind] = framework.source(juju, new ModelledKind(row, model));
  }
  const collectStatus = collectStatusSources(framework, juju);
  // Not a copy: that would take longer than all the rest.
  const on: Record<string, unknown> = sources;
  on[collectStatus.app.kind] = collectStatus.app;
  on[collectStatus.unit.kind] = collectStatus.unit;
  return {
    collectStatus,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each row makes events of its own kind only, under the names of the type; the compiler cannot be told
    on: on as CharmEvents<M>,
    fromHook: (hook) => {
      const kind = kindOf(hook);
      const event = rows.get(kind)?.fromHook(hook, model);
      const source = sources[kind];
      return source === undefined || event === undefined ? undefined : { source, event };
    },
  };
}

/** A row with the model of one dispatch. */
class ModelledKind implements EventKind<CharmEvent> {
  readonly kind: string;
  readonly #row: EventRow<CharmEvent>;
  readonly #model: EventModel;

  constructor(row: EventRow<CharmEvent>, model: EventModel) {
    this.kind = row.kind;
    this.#row = row;
    this.#model = model;
  }

  restore(snapshot: Json, history: EventHistory): ReturnType<EventKind<CharmEvent>['restore']> {
    return this.#row.restore(snapshot, history, this.#model);
  }
}

/** The name of a hook's event: an action's has a suffix, since it may be called like a hook. */
export function kindOf(hook: Hook): string {
  return hook.family === 'action' ? `${hook.name}-action` : hook.name;
}

type Rows = ReadonlyMap<string, EventRow<CharmEvent>>;

const known = new WeakMap<CharmMeta, Rows>();

/** The rows of a charm, by their kinds: made once, however often the charm is dispatched. */
function rowsOf(meta: CharmMeta): Rows {
  const before = known.get(meta);
  if (before !== undefined) return before;
  const { peers, requires, provides } = meta;
  const endpoints = [peers, requires, provides].flatMap((section) => Object.keys(section));
  const rows = new Map(
    [
      ...lifecycleRows,
      ...secretRows,
      ...endpoints.flatMap((endpoint) => relationRows(endpoint)),
      ...Object.keys(meta.containers).flatMap((name) => workloadRows(name)),
      ...Object.keys(meta.storage).flatMap((name) => storageRows(name)),
      ...Object.entries(meta.actions).map(([name, action]) => actionRow(name, action)),
    ].map((row) => [row.kind, row]),
  );
  known.set(meta, rows);
  return rows;
}
