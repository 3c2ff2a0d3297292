import { RunFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';

export const jujuReboot: HookTool = {
  name: 'juju-reboot',
  usage: '[options]',
  summary: 'reboot the host machine',
  flags: () => [{ names: ['now'], takes: 'nothing' }],
  run({ transaction }, args) {
    args.atMost(0);
    if (transaction.action !== undefined) {
      throw new RunFault('juju-reboot is not supported when running an action.');
    }
    if (args.is('now')) transaction.reboot = 'now';
    else transaction.reboot ??= 'afterwards';
    return '';
  },
};
