import type { CharmMeta, StorageMeta } from '../../charm/metadata.ts';
import type { ApplicationState, ModelState } from '../state/model-state.ts';
import type { StorageAttachment, StorageInstance } from '../state/storage-state.ts';
import type { UnitState } from '../state/unit-state.ts';
import { storageCountRefusal, storageRange } from './storage-count.ts';

/** A storage as the charm declares it, if it does. */
export function declaredStorage(
  charm: CharmMeta | undefined,
  name: string,
): StorageMeta | undefined {
  const declared = charm?.storage ?? {};
  return Object.hasOwn(declared, name) ? declared[name] : undefined;
}

/** Why a unit cannot get more instances of a storage, in Juju's words; undefined if it can. */
export function addStorageRefusal(
  application: ApplicationState,
  unit: UnitState,
  name: string,
  count: number,
): string | undefined {
  const meta = declaredStorage(application.charm, name);
  if (meta === undefined) return `charm storage ${JSON.stringify(name)} not found`;
  const refusal = storageCountRefusal(storageRange(meta), storageCount(unit, name), count);
  if (refusal === undefined) return undefined;
  return `charm ${JSON.stringify(application.charm?.name)} store ${JSON.stringify(name)}: ${refusal}`;
}

/** Makes instances of a storage, and gives them to a unit. Storage-attached is then due for each. */
export function addStorage(
  model: ModelState,
  application: ApplicationState,
  unit: UnitState,
  name: string,
  count: number,
): StorageInstance[] {
  const meta = declaredStorage(application.charm, name);
  if (meta === undefined) return [];
  return Array.from({ length: count }, () => {
    const id = `${name}/${model.nextStorage}`;
    model.nextStorage += 1;
    const instance: StorageInstance = {
      name,
      id,
      kind: meta.type,
      app: application.name,
      unit: undefined,
      removing: false,
    };
    model.storage.set(id, instance);
    giveStorage(unit, instance, meta);
    return instance;
  });
}

/** Gives a unit an instance that no unit has. */
export function giveStorage(unit: UnitState, instance: StorageInstance, meta: StorageMeta): void {
  instance.unit = unit.name;
  const location = storageLocation(meta, instance);
  unit.storage.push({ instance, location, attached: false, detaching: false });
}

/** Takes an instance from its unit: at once where storage-attached has not run. */
export function detachStorage(model: ModelState, unit: UnitState, held: StorageAttachment): void {
  held.detaching = true;
  if (!held.attached) releaseStorage(model, unit, held.instance);
}

/** Notes that a unit has an instance no more. It stays in the model unless it is to go. */
export function releaseStorage(
  model: ModelState,
  unit: UnitState,
  instance: StorageInstance,
): void {
  const at = unit.storage.findIndex((held) => held.instance === instance);
  if (at >= 0) unit.storage.splice(at, 1);
  instance.unit = undefined;
  if (instance.removing) model.storage.delete(instance.id);
}

/** Notes that a unit is gone, and that it has no storage any more. */
export function releaseAllStorage(model: ModelState, unit: UnitState): void {
  const held = unit.storage.map(({ instance }) => instance);
  for (const instance of held) releaseStorage(model, unit, instance);
}

/** How many instances of a storage a unit has and keeps. */
export function storageCount(unit: UnitState, name: string): number {
  return unit.storage.filter((held) => held.instance.name === name && !held.detaching).length;
}

/** A declared location is the mount of the only instance, or the folder of several ones' mounts. */
function storageLocation(meta: StorageMeta, { id }: StorageInstance): string {
  const folder = meta.location ?? '/var/lib/juju/storage';
  const alone = meta.location !== undefined && storageRange(meta).max === 1;
  return alone ? folder : `${folder}/${id}`;
}
