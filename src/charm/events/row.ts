import type { CharmEvent, EventHistory } from '../../framework/event.ts';
import { gone, type EventKind, type Gone } from '../../framework/event-kind.ts';
import type { Json } from '../../framework/json.ts';
import type { Hook } from '../../juju/context.ts';

/** One kind of Juju's events: how to make it from the hook, and again from its snapshot. */
export interface EventRow<out E extends CharmEvent> extends EventKind<E> {
  /** `undefined` for a hook of another family. */
  readonly fromHook: (hook: Hook) => E | undefined;
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
