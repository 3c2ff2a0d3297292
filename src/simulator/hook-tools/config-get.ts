import { UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const configGet: HookTool = {
  name: 'config-get',
  usage: '[options] [<key>]',
  summary: 'print application configuration',
  flags: () => [{ names: ['all', 'a'], takes: 'nothing' }, ...outputFlags()],
  run({ transaction }, args) {
    const [key] = args.positionals;
    args.atMost(1);
    if (key !== undefined && args.is('all')) {
      throw new UsageFault(`cannot use argument --all together with key ${JSON.stringify(key)}`);
    }
    const config = transaction.config();
    if (key !== undefined) return formatted(config.get(key), args);
    const shown = [...config].filter(([, value]) => args.is('all') || value !== undefined);
    return formatted(Object.fromEntries(shown), args);
  },
};
