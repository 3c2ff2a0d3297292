import { RunFault, UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const storageGet: HookTool = {
  name: 'storage-get',
  usage: '[options] [<key>]',
  summary: 'print information for the storage instance with the specified ID',
  flags: () => [{ names: ['s'], takes: 'value' }, ...outputFlags()],
  run({ transaction: { unit, hook } }, args) {
    const id = args.value('s') ?? ('storageId' in hook ? hook.storageId : undefined);
    if (id === undefined) throw new UsageFault('no storage instance specified');
    const [key] = args.positionals;
    args.atMost(1);
    const instance = unit.storage.find((each) => each.id === id);
    if (instance === undefined) throw new RunFault(`storage ${JSON.stringify(id)} not found`);
    const { kind, location } = instance;
    if (key === undefined) return formatted({ kind, location }, args);
    if (key === 'kind') return formatted(kind, args);
    if (key === 'location') return formatted(location, args);
    throw new RunFault(`invalid storage attribute ${JSON.stringify(key)}`);
  },
};

export const storageList: HookTool = {
  name: 'storage-list',
  usage: '[options] [<storage-name>]',
  summary: 'list storage attached to the unit',
  flags: () => outputFlags(),
  run({ transaction: { unit, hook } }, args) {
    const [name] = args.positionals;
    args.atMost(1);
    const attaching = hook.kind === 'storage-attached' ? hook.storageId : undefined;
    const ids = unit.storage
      .filter((each) => each.attached || each.id === attaching)
      .filter((each) => name === undefined || each.name === name)
      .map(({ id }) => id);
    return formatted(ids.sort(), args);
  },
};
