import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const isLeaderTool: HookTool = {
  name: 'is-leader',
  usage: '[options]',
  summary: 'print application leadership status',
  flags: () => outputFlags(),
  run({ transaction }, args) {
    args.atMost(0);
    return formatted(transaction.isLeader(), args);
  },
};
