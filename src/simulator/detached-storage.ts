import { ModelChangeError, NotInModelError } from './errors.ts';
import type { ApplicationState, ModelState } from './state/model-state.ts';
import type { StorageInstance } from './state/storage-state.ts';

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
