import { RunFault, UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';

export const resourceGet: HookTool = {
  name: 'resource-get',
  usage: '<resource name>',
  summary: 'get the path to the locally cached resource file',
  flags: () => [],
  run({ transaction: { application } }, args) {
    const [name = ''] = args.positionals;
    if (name === '') throw new UsageFault('missing required resource name');
    args.atMost(1);
    const path = application.resources.get(name);
    if (path === undefined) {
      throw new RunFault(`could not download resource: resource ${JSON.stringify(name)} not found`);
    }
    // The only tool that ends its output without a newline.
    return path;
  },
};
