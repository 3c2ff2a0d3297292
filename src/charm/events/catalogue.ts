import type { CharmEvent } from '../../framework/event.ts';
import type { EventSource } from '../../framework/event-source.ts';
import type { Framework } from '../../framework/framework.ts';
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
import type { EventRow } from './row.ts';
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
  const known = new Map<string, { source: EventSource<CharmEvent>; row: EventRow<CharmEvent> }>();
  for (const row of rowsOf(meta, model)) {
    known.set(row.kind, { source: framework.source(juju, row), row });
  }
  const collectStatus = collectStatusSources(framework, juju);
  const sources = [...known.values()].map(({ source }) => [source.kind, source] as const);
  const on: unknown = {
    ...Object.fromEntries(sources),
    [collectStatus.app.kind]: collectStatus.app,
    [collectStatus.unit.kind]: collectStatus.unit,
  };
  return {
    collectStatus,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each row makes events of its own kind only, under the names of the type; the compiler cannot be told
    on: on as CharmEvents<M>,
    fromHook: (hook) => {
      const found = known.get(kindOf(hook));
      const event = found?.row.fromHook(hook);
      return found === undefined || event === undefined ? undefined : { ...found, event };
    },
  };
}

/** The name of a hook's event: an action's has a suffix, since it may be called like a hook. */
export function kindOf(hook: Hook): string {
  return hook.family === 'action' ? `${hook.name}-action` : hook.name;
}

function rowsOf<M extends CharmMeta>(meta: M, model: Model<M>): EventRow<CharmEvent>[] {
  const { peers, requires, provides } = meta;
  const endpoints = [peers, requires, provides].flatMap((section) => Object.keys(section));
  return [
    ...lifecycleRows,
    ...secretRows(model.secrets),
    ...endpoints.flatMap((endpoint) => relationRows(endpoint, model.related)),
    ...Object.keys(meta.containers).flatMap((name) =>
      workloadRows(name, () => model.unit.container(name)),
    ),
    ...Object.keys(meta.storage).flatMap((name) => storageRows(name, model.storages)),
    ...Object.entries(meta.actions).map(([name, action]) => actionRow(name, action, model.action)),
  ];
}
