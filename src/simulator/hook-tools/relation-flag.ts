import { relationHook } from '../hook.ts';
import type { RelationState } from '../state/relation-state.ts';
import type { Transaction } from '../transaction.ts';
import { RunFault, UsageFault, type FlagSpec, type ParsedArgs } from './flags.ts';

/** `-r` / `--relation`: `N` or `endpoint:N`, of which only the number counts. */
export function relationFlag(transaction: Transaction): FlagSpec {
  return {
    names: ['relation', 'r'],
    takes: 'value',
    refuse: (value) => {
      const id = idIn(value);
      if (id === undefined) return 'invalid relation id';
      return transaction.unit.views.has(id) && transaction.model.relations.has(id)
        ? undefined
        : 'relation not found';
    },
  };
}

/** The relation that the arguments name, or else the hook's own. */
export function relationIn(transaction: Transaction, args: ParsedArgs): RelationState {
  const given = args.value('relation');
  const id = given === undefined ? relationHook(transaction.hook)?.relationId : idIn(given);
  if (id === undefined) throw new UsageFault('no relation id specified');
  const relation = transaction.model.relations.get(id);
  if (relation === undefined) throw new RunFault('relation not found');
  return relation;
}

function idIn(value: string): number | undefined {
  const digits = value.slice(value.lastIndexOf(':') + 1);
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}
