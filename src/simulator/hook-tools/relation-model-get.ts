import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';
import { relationFlag, relationIn } from './relation-flag.ts';

export const relationModelGet: HookTool = {
  name: 'relation-model-get',
  usage: '[options]',
  summary: 'get details about the model hosting a related application',
  flags: (transaction) => [relationFlag(transaction), ...outputFlags()],
  run({ transaction }, args) {
    relationIn(transaction, args);
    args.atMost(0);
    return formatted({ uuid: transaction.model.uuid }, args);
  },
};
