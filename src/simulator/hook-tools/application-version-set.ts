import { UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';

export const applicationVersionSet: HookTool = {
  name: 'application-version-set',
  usage: '<new-version>',
  summary: 'specify which version of the application is deployed',
  flags: () => [],
  run({ transaction: { model, application } }, args) {
    const [version] = args.positionals;
    if (version === undefined) throw new UsageFault('no version specified');
    args.atMost(1);
    application.version = version;
    const at = model.clock.now();
    model.emit({ type: 'version', at, application: application.name, version });
    return '';
  },
};
