import { relationHook } from '../hook.ts';
import { logLevels, type LogLevel } from '../juju-event.ts';
import type { Transaction } from '../transaction.ts';
import { UsageFault, type ParsedArgs } from './flags.ts';
import type { HookTool } from './hook-tool.ts';

export const jujuLog: HookTool = {
  name: 'juju-log',
  usage: '[options] <message>',
  summary: 'write a message to the juju log',
  flags: () => [
    { names: ['debug'], takes: 'nothing' },
    { names: ['log-level', 'l'], takes: 'value' },
    { names: ['format'], takes: 'value' },
  ],
  run({ transaction, warn }, args) {
    if (args.positionals.length === 0) throw new UsageFault('no message specified');
    if (args.value('format') !== undefined) {
      warn('--format flag deprecated for command "juju-log"');
    }
    const level = levelIn(args);
    if (level === undefined) {
      log(
        transaction,
        'WARNING',
        `Specified log level of "${args.value('log-level')}" is not valid`,
      );
    }
    log(transaction, level ?? 'INFO', args.positionals.join(' '));
    return '';
  },
};

function levelIn(args: ParsedArgs): LogLevel | undefined {
  if (args.is('debug')) return 'DEBUG';
  const given = (args.value('log-level') ?? 'INFO').toUpperCase();
  return logLevels.find((level) => level === given);
}

function log({ model, unit, hook }: Transaction, level: LogLevel, text: string): void {
  const about = relationHook(hook);
  const message = about === undefined ? text : `${about.endpoint}:${about.relationId}: ${text}`;
  const logger = `unit.${unit.name}.juju-log`;
  model.emit({ type: 'log', at: model.clock.now(), unit: unit.name, level, logger, message });
}
