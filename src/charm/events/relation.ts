import * as z from 'zod/mini';
import { DeferrableEvent, type CharmEvent, type EventHistory } from '../../framework/event.ts';
import { gone } from '../../framework/event-kind.ts';
import type { Json } from '../../framework/json.ts';
import { lazy } from '../../lazy.ts';
import type { Relation } from '../../model/relation.ts';
import type { RemoteApplication, RemoteUnit } from '../../model/remote.ts';
import { EventDataError } from '../errors.ts';
import { definedFields, foreignSnapshot, type EventModel, type EventRow } from './row.ts';

/** What happened to whom. */
export interface RelationEventData {
  readonly relation: Relation;
  readonly app?: RemoteApplication | undefined;
  readonly unit?: RemoteUnit | undefined;
  /** The name of the unit that leaves, in relation-departed. */
  readonly departingUnit?: string | undefined;
}

/** Something happened in a relation. */
export abstract class RelationEvent extends DeferrableEvent {
  readonly relation: Relation;
  /**
   * The application on the other side; on a peer relation, the charm's own. Only of a relation-broken
   * it can be missing, by Jujus of before 3.
   */
  readonly app: RemoteApplication | undefined;
  /** The unit on the other side that this is about; absent when it is about the application. */
  readonly unit: RemoteUnit | undefined;

  constructor(kind: string, data: RelationEventData, history?: EventHistory) {
    super(kind, history);
    this.relation = data.relation;
    this.app = data.app;
    this.unit = data.unit;
  }

  snapshot(): Json {
    return definedFields({
      relation: this.relation.id,
      app: this.app?.name,
      unit: this.unit?.name,
    });
  }
}

/** An event of a relation that goes on: somebody is on its other side. */
abstract class LiveRelationEvent extends RelationEvent {
  override readonly app: RemoteApplication;

  constructor(kind: string, data: RelationEventData, history?: EventHistory) {
    super(kind, data, history);
    if (data.app === undefined) throw new EventDataError(kind, 'Juju names no application');
    this.app = data.app;
  }
}

/** The relation was made. Comes before anything else about it; nobody may be there yet. */
export class RelationCreatedEvent extends LiveRelationEvent {
  declare readonly kind: `${string}-relation-created`;
}

/** A unit of the other side has joined; a relation-changed for it follows at once. */
export class RelationJoinedEvent extends LiveRelationEvent {
  declare readonly kind: `${string}-relation-joined`;
  override readonly unit: RemoteUnit;

  constructor(kind: string, data: RelationEventData, history?: EventHistory) {
    super(kind, data, history);
    if (data.unit === undefined) throw new EventDataError(kind, 'Juju names no unit');
    this.unit = data.unit;
  }
}

/** Data of a remote unit, or, without `unit`, of the remote application, may have changed. */
export class RelationChangedEvent extends LiveRelationEvent {
  declare readonly kind: `${string}-relation-changed`;
}

/** A unit has left; its data can still be read. */
export class RelationDepartedEvent extends LiveRelationEvent {
  declare readonly kind: `${string}-relation-departed`;
  override readonly unit: RemoteUnit;
  /** The unit that leaves: `unit`, or this charm's own unit when it is being removed. */
  readonly departingUnit: string | undefined;

  constructor(kind: string, data: RelationEventData, history?: EventHistory) {
    super(kind, data, history);
    if (data.unit === undefined) throw new EventDataError(kind, 'Juju names no unit');
    this.unit = data.unit;
    this.departingUnit = data.departingUnit;
  }

  override snapshot(): Json {
    return definedFields({
      relation: this.relation.id,
      app: this.app.name,
      unit: this.unit.name,
      departingUnit: this.departingUnit,
    });
  }
}

/** The relation is gone, and with it all units of the other side. Never for peers. */
export class RelationBrokenEvent extends RelationEvent {
  declare readonly kind: `${string}-relation-broken`;
}

/** The events of endpoints, by their names. */
export type RelationEvents<E extends string> = {
  readonly [K in E as `${K}-relation-created`]: RelationCreatedEvent;
} & { readonly [K in E as `${K}-relation-joined`]: RelationJoinedEvent } & {
  readonly [K in E as `${K}-relation-changed`]: RelationChangedEvent;
} & { readonly [K in E as `${K}-relation-departed`]: RelationDepartedEvent } & {
  readonly [K in E as `${K}-relation-broken`]: RelationBrokenEvent;
};

const snapshotSchema = lazy(() =>
  z.object({
    relation: z.int(),
    app: z.optional(z.string()),
    unit: z.optional(z.string()),
    departingUnit: z.optional(z.string()),
  }),
);

interface Names {
  readonly app?: string | undefined;
  readonly unit?: string | undefined;
  readonly departingUnit?: string | undefined;
}

const kinds = {
  created: RelationCreatedEvent,
  joined: RelationJoinedEvent,
  changed: RelationChangedEvent,
  departed: RelationDepartedEvent,
  broken: RelationBrokenEvent,
} as const;

/**
 * The rows of one endpoint. A deferred event whose relation is gone is void, but for broken: that
 * one comes again with a relation that is not active and whose databags read as empty.
 */
export function relationRows(endpoint: string): EventRow<CharmEvent>[] {
  return Object.entries(kinds).map(([suffix, Kind]) => {
    const kind = `${endpoint}-relation-${suffix}`;
    const make = (
      relation: Relation,
      names: Names,
      { related: { remotes } }: EventModel,
      history?: EventHistory,
    ): RelationEvent =>
      new Kind(
        kind,
        {
          relation,
          app: names.app === undefined ? undefined : remotes.app(names.app),
          unit: names.unit === undefined ? undefined : remotes.unit(names.unit),
          departingUnit: names.departingUnit,
        },
        history,
      );
    return {
      kind,
      fromHook: (hook, model) => {
        if (hook.family !== 'relation') return undefined;
        const { remoteApp: app, remoteUnit: unit, departingUnit } = hook;
        return make(model.related.ofHook(hook), { app, unit, departingUnit }, model);
      },
      restore: async (snapshot, history, model) => {
        const saved = snapshotSchema().safeParse(snapshot);
        if (!saved.success) return foreignSnapshot();
        const { relation: id, ...names } = saved.data;
        const relation = await model.related.find(endpoint, id);
        if (relation !== undefined) return make(relation, names, model, history);
        return suffix === 'broken'
          ? make(model.related.lost(endpoint, id, names.app), names, model, history)
          : gone(`the relation ${endpoint}:${id} is gone`);
      },
    };
  });
}
