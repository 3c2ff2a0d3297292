import type { CharmEvent, EventHistory } from '../../framework/event.ts';
import { gone, type Gone } from '../../framework/event-kind.ts';
import type { Json } from '../../framework/json.ts';
import type { Hook } from '../../juju/context.ts';
import type { ActionRun } from '../../model/action-run.ts';
import type { Container } from '../../model/container.ts';
import type { Relations } from '../../model/relations.ts';
import type { Secrets } from '../../model/secrets.ts';
import type { Storage } from '../../model/storage.ts';

/** What events have of the model of their dispatch. */
export interface EventModel {
  readonly related: Relations;
  readonly secrets: Secrets;
  readonly storages: {
    attached(name: string): Promise<readonly Storage[]>;
    instance(id: string, location?: string): Storage;
  };
  readonly unit: { container(name: string): Container };
  readonly action: ActionRun;
}

/**
 * One kind of Juju's events: how to make it from the hook, and again from its snapshot. It is of no
 * dispatch, so that a charm's rows are made once.
 */
export interface EventRow<out E extends CharmEvent> {
  readonly kind: string;
  /** `undefined` for a hook of another family. */
  readonly fromHook: (hook: Hook, model: EventModel) => E | undefined;
  /** See `EventKind`. */
  readonly restore: (
    snapshot: Json,
    history: EventHistory,
    model: EventModel,
  ) => E | Gone | Promise<E | Gone>;
}

/** The row of an event that has no data beside its name. */
export function plainRow<E extends CharmEvent>(
  kind: string,
  make: (history?: EventHistory) => E,
): EventRow<E> {
  return {
    kind,
    fromHook: () => make(),
    restore: (_snapshot, history) => make(history),
  };
}

/** For `restore`, when a charm's queue holds what this revision of charmwright did not write. */
export function foreignSnapshot(): Gone {
  return gone('its snapshot is of another form');
}

/** A snapshot without the fields that are undefined, which JSON cannot hold. */
export function definedFields(fields: Readonly<Record<string, Json | undefined>>): Json {
  const snapshot: Record<string, Json> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) snapshot[key] = value;
  return snapshot;
}
