import { relationHook } from '../hook.ts';
import { isEnding, isPeer, sideOf, type RelationState } from '../state/relation-state.ts';
import type { Transaction } from '../transaction.ts';
import { UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const relationIds: HookTool = {
  name: 'relation-ids',
  usage: '[options] <name>',
  summary: 'list all relation IDs for the given endpoint',
  flags: () => outputFlags(),
  run({ transaction }, args) {
    const endpoint = args.positionals[0] ?? relationHook(transaction.hook)?.endpoint;
    if (endpoint === undefined) throw new UsageFault('no endpoint name specified');
    args.atMost(1);
    const ids = transaction
      .relations()
      .filter((relation) => isListed(transaction, relation, endpoint))
      .map((relation) => `${endpoint}:${relation.id}`);
    return formatted(ids.sort(), args);
  },
};

/** A relation that is ending, and has no members left, is no longer listed. */
function isListed(transaction: Transaction, relation: RelationState, endpoint: string): boolean {
  const { unit } = transaction;
  if (sideOf(relation, unit.app)?.endpoint !== endpoint) return false;
  if (unit.views.get(relation.id)?.broken === true) return false;
  const ending = isEnding(relation) && !isPeer(relation);
  return !ending || transaction.members(relation).length > 0;
}
