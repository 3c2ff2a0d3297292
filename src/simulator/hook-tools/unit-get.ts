import { RunFault, UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const unitGet: HookTool = {
  name: 'unit-get',
  usage: '[options] <setting>',
  summary: 'print public-address or private-address',
  flags: () => outputFlags(),
  run({ transaction: { unit } }, args) {
    const [setting] = args.positionals;
    if (setting === undefined) throw new UsageFault('no setting specified');
    if (setting !== 'private-address' && setting !== 'public-address') {
      throw new UsageFault(`unknown setting ${JSON.stringify(setting)}`);
    }
    args.atMost(1);
    if (unit.address === undefined) throw new RunFault(`${setting.replace('-', ' ')} not found`);
    return formatted(unit.address, args);
  },
};
