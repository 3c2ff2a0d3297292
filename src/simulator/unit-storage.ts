import { ModelChangeError, NotInModelError } from './errors.ts';
import {
  addStorage,
  addStorageRefusal,
  declaredStorage,
  detachStorage,
  giveStorage,
  storageCount,
} from './rules/storage.ts';
import { storageCountRefusal, storageRange } from './rules/storage-count.ts';
import type { ApplicationState, ModelState } from './state/model-state.ts';
import type { StorageInstance } from './state/storage-state.ts';
import type { UnitState } from './state/unit-state.ts';

/**
 * Makes instances of a storage for a unit.
 *
 * @returns their ids
 * @throws {ModelChangeError} when the charm does not allow a unit that many
 */
export function addStorageTo(
  model: ModelState,
  application: ApplicationState,
  unit: UnitState,
  name: string,
  count: number,
): string[] {
  const refusal = addStorageRefusal(application, unit, name, count);
  if (refusal !== undefined) throw new ModelChangeError(`add storage to ${unit.name}`, refusal);
  return addStorage(model, application, unit, name, count).map(({ id }) => id);
}

/**
 * Gives a unit an instance that no unit has.
 *
 * @throws {NotInModelError} when there is no such instance
 * @throws {ModelChangeError} when another unit has it, or the charm allows no more
 */
export function attachStorageTo(
  model: ModelState,
  application: ApplicationState,
  unit: UnitState,
  id: string,
): void {
  const instance = detachedStorage(model, application, id);
  const refusal = addStorageRefusal(application, unit, instance.name, 1);
  const meta = declaredStorage(application.charm, instance.name);
  if (refusal !== undefined || meta === undefined) {
    throw new ModelChangeError(`attach ${id} to ${unit.name}`, refusal ?? 'not declared');
  }
  giveStorage(unit, instance, meta);
}

/**
 * Takes an instance from a unit, after storage-detaching.
 *
 * @throws {NotInModelError} when the unit has no such instance
 * @throws {ModelChangeError} when the charm needs it
 */
export function detachStorageFrom(
  model: ModelState,
  application: ApplicationState,
  unit: UnitState,
  id: string,
): void {
  const held = unit.storage.find(({ instance }) => instance.id === id);
  if (held === undefined) {
    const known = unit.storage.map(({ instance }) => instance.id);
    throw new NotInModelError('storage', id, known);
  }
  const { name } = held.instance;
  const meta = declaredStorage(application.charm, name) ?? {};
  const refusal = storageCountRefusal(storageRange(meta), storageCount(unit, name), -1);
  if (held.detaching) return;
  if (refusal !== undefined) throw new ModelChangeError(`detach ${id}`, refusal);
  detachStorage(model, unit, held);
}

/**
 * An instance that a unit of the application can take.
 *
 * @throws {NotInModelError} when there is no such instance
 * @throws {ModelChangeError} when a unit has it, or it is another application's
 */
export function detachedStorage(
  model: ModelState,
  application: ApplicationState,
  id: string,
): StorageInstance {
  const instance = model.storage.get(id);
  if (instance === undefined) throw new NotInModelError('storage', id, [...model.storage.keys()]);
  if (instance.unit !== undefined) {
    throw new ModelChangeError(`attach ${id}`, `it is attached to ${instance.unit}`);
  }
  if (instance.app !== application.name) {
    throw new ModelChangeError(`attach ${id}`, `it is storage of ${instance.app}`);
  }
  return instance;
}
