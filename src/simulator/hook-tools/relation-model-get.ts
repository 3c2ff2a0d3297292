import { remoteSideOf } from '../state/relation-state.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';
import { relationFlag, relationIn } from './relation-flag.ts';

export const relationModelGet: HookTool = {
  name: 'relation-model-get',
  since: [3, 6],
  usage: '[options]',
  summary: 'get details about the model hosting a related application',
  flags: (transaction) => [relationFlag(transaction), ...outputFlags()],
  run({ transaction }, args) {
    const relation = relationIn(transaction, args);
    args.atMost(0);
    const { model, unit } = transaction;
    const remote = remoteSideOf(relation, unit.app)?.app ?? unit.app;
    const uuid = model.applications.get(remote)?.foreignModel ?? model.uuid;
    return formatted({ uuid }, args);
  },
};
