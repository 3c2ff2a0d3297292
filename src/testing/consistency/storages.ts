import type { Problems } from './problems.ts';
import type { Subject } from './subject.ts';

/** Storages are declared, each instance once, and not more of them than the charm allows. */
export function checkStorages({ meta, state, hook, event }: Subject, problems: Problems): void {
  const ids = new Set<string>();
  const counts = new Map<string, number>();
  for (const { name, index } of state.storages) {
    if (!(name in meta.storage)) {
      problems.undeclared('storage', name, Object.keys(meta.storage));
      continue;
    }
    const id = `${name}/${index}`;
    if (ids.has(id)) {
      problems.error(`two storages are ${id}: Juju numbers them. Give another \`index\`.`);
    }
    if (!ids.has(id)) counts.set(name, (counts.get(name) ?? 0) + 1);
    ids.add(id);
  }
  for (const [name, count] of counts) {
    if (count > 1 && meta.storage[name]?.multiple === undefined) {
      problems.error(
        `there are ${count} instances of the storage ${name}: the charm declares it without \`multiple\`, so a unit has one. Leave some out.`,
      );
    }
  }
  if (!('storageId' in hook)) return;
  const instance = state.storages.find(({ name, index }) => `${name}/${index}` === hook.storageId);
  if (instance === undefined) {
    problems.error(
      `${event} is about ${hook.storageId}, which the state has not. Put the storage that the event names into \`storages\`.`,
    );
  } else if (hook.kind === 'storage-detaching' && !instance.attached) {
    problems.error(
      `${event} is about ${hook.storageId}, which is not attached. Write attached: true.`,
    );
  }
}
