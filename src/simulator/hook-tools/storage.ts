import type { Transaction } from '../transaction.ts';
import { RunFault, UsageFault, type FlagSpec } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const storageAdd: HookTool = {
  name: 'storage-add',
  usage: '<charm storage name>[=count] ...',
  summary: 'add storage instances',
  flags: () => [],
  run({ transaction: { storageAdds } }, { positionals }) {
    if (positionals.length === 0) throw new UsageFault('storage add requires a storage directive');
    for (const [name, count] of countsIn(positionals)) {
      storageAdds.set(name, (storageAdds.get(name) ?? 0) + count);
    }
    return '';
  },
};

export const storageGet: HookTool = {
  name: 'storage-get',
  usage: '[options] [<key>]',
  summary: 'print information for the storage instance with the specified ID',
  flags: ({ unit }) => [instanceFlag(unit), ...outputFlags()],
  run({ transaction: { unit, hook } }, args) {
    const id = args.value('s') ?? ('storageId' in hook ? hook.storageId : undefined);
    if (id === undefined) throw new UsageFault('no storage instance specified');
    const [key = ''] = args.positionals;
    args.atMost(1);
    const held = unit.storage.find(({ instance }) => instance.id === id);
    if (held === undefined) throw new RunFault(notFound(id));
    const kind = held.instance.kind;
    const { location } = held;
    if (key === '') return formatted({ kind, location }, args);
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
  run({ transaction: { unit } }, args) {
    const [name = ''] = args.positionals;
    args.atMost(1);
    const ids = unit.storage
      .filter(({ instance }) => name === '' || instance.name === name)
      .map(({ instance }) => instance.id);
    return formatted(ids, args);
  },
};

/** `-s`: an instance of the unit. Juju looks it up while it parses. */
function instanceFlag(unit: Transaction['unit']): FlagSpec {
  return {
    names: ['s'],
    takes: 'value',
    refuse: (id) => {
      if (!/^[a-z][a-z0-9-]*\/\d+$/.test(id)) return `invalid storage ID ${JSON.stringify(id)}`;
      return unit.storage.some(({ instance }) => instance.id === id) ? undefined : notFound(id);
    },
  };
}

function notFound(id: string): string {
  return `storage ${JSON.stringify(id)} not found`;
}

/** Storage names with how many instances to add; one, where no count is given. */
function countsIn(directives: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const directive of directives) {
    const [name = '', count = '1', ...more] = directive.split('=');
    if (name === '' || more.length > 0) {
      throw new UsageFault(`expected "name=directive" or "name", got ${JSON.stringify(directive)}`);
    }
    if (counts.has(name)) {
      throw new UsageFault(`storage ${JSON.stringify(name)} specified more than once`);
    }
    counts.set(name, countIn(name, count));
  }
  return counts;
}

function countIn(name: string, text: string): number {
  const storage = JSON.stringify(name);
  const because = `cannot parse directive for storage ${storage}`;
  const fields = text.split(',').filter((field) => field !== '');
  if (fields.length === 0) {
    throw new UsageFault(
      `${because}: storage directives require at least one field to be specified`,
    );
  }
  let count = 1;
  for (const field of fields) {
    if (/^-?\d+$/.test(field)) {
      count = Number(field);
      if (count > 0) continue;
      throw new UsageFault(
        `${because}: cannot parse count: count must be greater than zero, got ${JSON.stringify(field)}`,
      );
    }
    if (poolPattern.test(field) || sizePattern.test(field)) {
      throw new UsageFault(`only count can be specified for ${storage}`);
    }
    throw new UsageFault(
      `${because}: unrecognized storage directive ${JSON.stringify(field)} not valid`,
    );
  }
  return count;
}

const poolPattern = /^[a-zA-Z]+[-?a-zA-Z0-9]*$/;
const sizePattern = /^-?\d+(?:\.\d+)?[MGTPEZY](?:i?B)?$/;
