import { settableStatuses } from '../status.ts';
import { setUnitStatus } from '../unit-status.ts';
import { RunFault, UsageFault } from './flags.ts';
import type { HookTool } from './hook-tool.ts';

export const statusSet: HookTool = {
  name: 'status-set',
  usage: '[options] <maintenance | blocked | waiting | active> [message]',
  summary: 'set status information',
  flags: () => [{ names: ['application'], takes: 'nothing' }],
  run({ transaction }, args) {
    const [word, message = ''] = args.positionals;
    if (word === undefined) throw new UsageFault('invalid args, require <status> [message]');
    const status = settableStatuses.find((settable) => settable === word);
    if (status === undefined) {
      throw new UsageFault(
        `invalid status ${JSON.stringify(word)}, expected one of [maintenance blocked waiting active]`,
      );
    }
    args.atMost(2);
    const { model, application, unit } = transaction;
    if (!args.is('application')) {
      unit.statusSet = true;
      setUnitStatus(model, unit, status, message);
      return '';
    }
    if (!transaction.isLeader()) {
      throw new RunFault('setting application status: this unit is not the leader');
    }
    const at = model.clock.now();
    application.status = { status, message, since: at };
    const event = { type: 'application-status', at, application: application.name } as const;
    model.emit({ ...event, status: application.status });
    return '';
  },
};
