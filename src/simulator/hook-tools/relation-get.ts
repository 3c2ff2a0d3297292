import { relationHook } from '../hook.ts';
import type { Transaction } from '../transaction.ts';
import { RunFault, UsageFault, type ParsedArgs } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { applicationOf, isApplicationName } from './names.ts';
import { formatted, outputFlags } from './output.ts';
import { relationFlag, relationIn } from './relation-flag.ts';

export const relationGet: HookTool = {
  name: 'relation-get',
  usage: '[options] <key> <unit id>',
  summary: 'get relation settings',
  flags: (transaction) => [
    relationFlag(transaction),
    { names: ['app'], takes: 'nothing' },
    ...outputFlags(),
  ],
  run({ transaction }, args) {
    const relation = relationIn(transaction, args);
    const owner = ownerIn(transaction, args);
    args.atMost(2);
    const bag = transaction.bagOf(relation, owner);
    const content = bag && transaction.read(bag);
    if (content === undefined) throw new RunFault('permission denied');
    const [key = '-'] = args.positionals;
    if (key === '-' || key === '') return formatted(content, args);
    return formatted(Object.hasOwn(content, key) ? content[key] : undefined, args);
  },
};

/** Whose data is meant: a unit's name or an application's. */
function ownerIn(transaction: Transaction, args: ParsedArgs): string {
  const [, name] = args.positionals;
  const hook = relationHook(transaction.hook);
  if (name !== undefined) return named(name, args.is('app'));
  const whose = args.is('app') ? hook?.remoteApp : (hook?.remoteUnit ?? hook?.remoteApp);
  if (whose === undefined) throw new UsageFault('no unit or application specified');
  return whose;
}

function named(name: string, app: boolean): string {
  const ofUnit = applicationOf(name);
  if (app && ofUnit !== undefined) return ofUnit;
  if (app && isApplicationName(name)) return name;
  if (app) throw new UsageFault(`invalid application name ${JSON.stringify(name)}`);
  if (ofUnit !== undefined) return name;
  if (isApplicationName(name)) {
    throw new UsageFault(`expected unit name, got application name ${JSON.stringify(name)}`);
  }
  throw new UsageFault(`invalid unit name ${JSON.stringify(name)}`);
}
