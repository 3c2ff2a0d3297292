import { mayWrite } from '../rules/databag-access.ts';
import { RunFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { fileValues, keyValues } from './key-values.ts';
import { relationFlag, relationIn } from './relation-flag.ts';

export const relationSet: HookTool = {
  name: 'relation-set',
  usage: '[options] key=value [key=value ...]',
  summary: 'set relation settings',
  flags: (transaction) => [
    relationFlag(transaction),
    { names: ['app'], takes: 'nothing' },
    { names: ['file'], takes: 'value' },
    { names: ['format'], takes: 'value' },
  ],
  run(context, args) {
    const { transaction } = context;
    const relation = relationIn(transaction, args);
    const positional = keyValues(args.positionals);
    if (args.value('format') !== undefined) {
      context.warn('--format flag deprecated for command "relation-set"');
    }
    const changes = { ...fileValues(context, args.value('file')), ...positional };
    const { unit } = transaction;
    const bag = transaction.ownBag(relation, args.is('app') ? unit.app : unit.name);
    if (bag === undefined) throw new RunFault('relation not found');
    if (!mayWrite(unit, bag, args.is('app') && transaction.isLeader())) {
      throw new RunFault('cannot write relation settings');
    }
    if (Object.keys(changes).length > 0) transaction.write(bag, changes);
    return '';
  },
};
