import { gravest, type Status } from '../status.ts';
import { RunFault, type ParsedArgs } from './flags.ts';
import type { Printable } from './go-json.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const statusGet: HookTool = {
  name: 'status-get',
  usage: '[options] [--include-data] [--application]',
  summary: 'print status information',
  flags: () => [
    { names: ['include-data'], takes: 'nothing' },
    { names: ['application'], takes: 'nothing' },
    ...outputFlags(),
  ],
  run({ transaction }, args) {
    args.atMost(0);
    const { model, application, unit } = transaction;
    const plain = !args.is('include-data') && (args.value('format') ?? 'smart') === 'smart';
    if (!args.is('application')) {
      return formatted(plain ? unit.status.status : details(unit.status, args), args);
    }
    if (!transaction.isLeader()) {
      throw new RunFault('finding application status: this unit is not the leader');
    }
    const units = [...application.units.values()];
    const own =
      application.status ??
      gravest(
        units.map((each) => each.status),
        model.clock.now(),
      );
    if (plain) return formatted(own.status, args);
    return formatted(
      {
        'application-status': {
          ...details(own, args),
          units: Object.fromEntries(units.map((each) => [each.name, details(each.status, args)])),
        },
      },
      args,
    );
  },
};

function details({ status, message }: Status, args: ParsedArgs): Record<string, Printable> {
  return args.is('include-data') ? { status, message, 'status-data': {} } : { status };
}
