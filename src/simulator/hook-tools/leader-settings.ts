import { RunFault, UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { keyValues } from './key-values.ts';
import { formatted, outputFlags } from './output.ts';

export const leaderGet: HookTool = {
  name: 'leader-get',
  until: [4, 0],
  usage: '[options] [<key>]',
  summary: 'print application leadership settings',
  flags: () => outputFlags(),
  run({ transaction: { application } }, args) {
    const [key = '-'] = args.positionals;
    if (key.includes('=')) throw new UsageFault(`invalid key ${JSON.stringify(key)}`);
    args.atMost(1);
    const { leaderSettings } = application;
    if (key === '-' || key === '') return formatted(leaderSettings.read(), args);
    const settings = new Map(Object.entries(leaderSettings.read()));
    return formatted(settings.get(key), args);
  },
};

export const leaderSet: HookTool = {
  name: 'leader-set',
  until: [4, 0],
  usage: '<key>=<value> [...]',
  summary: 'write application leadership settings',
  flags: () => [],
  run({ transaction }, { positionals }) {
    const changes = keyValues(positionals);
    if (!transaction.isLeader()) {
      throw new RunFault('cannot write leadership settings: cannot write settings: not the leader');
    }
    // At once: the settings stay even if the hook fails.
    transaction.application.leaderSettings.apply(changes);
    return '';
  },
};
