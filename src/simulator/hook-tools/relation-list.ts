import { remoteSideOf } from '../state/relation-state.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';
import { relationFlag, relationIn } from './relation-flag.ts';

export const relationList: HookTool = {
  name: 'relation-list',
  usage: '[options]',
  summary: 'list relation units',
  flags: (transaction) => [
    relationFlag(transaction),
    { names: ['app'], takes: 'nothing' },
    ...outputFlags(),
  ],
  run({ transaction }, args) {
    const relation = relationIn(transaction, args);
    args.atMost(0);
    if (!args.is('app')) return formatted(transaction.members(relation), args);
    return formatted(remoteSideOf(relation, transaction.unit.app)?.app, args);
  },
};
