import * as z from 'zod/mini';
import { DeferrableEvent, type CharmEvent, type EventHistory } from '../../framework/event.ts';
import { gone } from '../../framework/event-kind.ts';
import type { Json } from '../../framework/json.ts';
import { lazy } from '../../lazy.ts';
import type { Storage } from '../../model/storage.ts';
import { definedFields, foreignSnapshot, type EventRow } from './row.ts';

/** Something happened to an instance of a storage. */
export abstract class StorageEvent extends DeferrableEvent {
  readonly storage: Storage;

  constructor(kind: string, storage: Storage, history?: EventHistory) {
    super(kind, history);
    this.storage = storage;
  }

  snapshot(): Json {
    return definedFields({ storage: this.storage.id, location: this.storage.toldLocation });
  }
}

/** The storage is mounted. */
export class StorageAttachedEvent extends StorageEvent {
  declare readonly kind: `${string}-storage-attached`;
}

/** The storage is about to be unmounted. */
export class StorageDetachingEvent extends StorageEvent {
  declare readonly kind: `${string}-storage-detaching`;
}

/** The events of storages, by their names. */
export type StorageEvents<S extends string> = {
  readonly [K in S as `${K}-storage-attached`]: StorageAttachedEvent;
} & { readonly [K in S as `${K}-storage-detaching`]: StorageDetachingEvent };

const snapshotSchema = lazy(() =>
  z.object({ storage: z.string(), location: z.optional(z.string()) }),
);

/** The rows of one storage. A deferred event whose instance is not attached any more is void. */
export function storageRows(name: string): EventRow<CharmEvent>[] {
  const kinds = [
    [`${name}-storage-attached`, StorageAttachedEvent],
    [`${name}-storage-detaching`, StorageDetachingEvent],
  ] as const;
  return kinds.map(([kind, Kind]) => ({
    kind,
    fromHook: (hook, { storages }) =>
      hook.family === 'storage'
        ? new Kind(kind, storages.instance(hook.storageId, hook.location))
        : undefined,
    restore: async (snapshot, history, { storages }) => {
      const saved = snapshotSchema().safeParse(snapshot);
      if (!saved.success) return foreignSnapshot();
      const { storage: id, location } = saved.data;
      // First with its location, for the list makes those that are new without.
      storages.instance(id, location);
      const attached = (await storages.attached(name)).find((storage) => storage.id === id);
      return attached === undefined
        ? gone(`the storage ${id} is detached`)
        : new Kind(kind, attached, history);
    },
  }));
}
