import { parsePort, portText, sortedPorts, type Port } from '../rules/ports.ts';
import type { Transaction } from '../transaction.ts';
import { RunFault, UsageFault, type FlagSpec, type ParsedArgs } from './flags.ts';
import type { HookTool, ToolContext } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const openPort: HookTool = {
  name: 'open-port',
  usage: '<port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp',
  summary: 'register a request to open a port or port range',
  flags: portFlags,
  run(context, args) {
    changePort(context, args, true);
    return '';
  },
};

export const closePort: HookTool = {
  name: 'close-port',
  usage: '<port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp',
  summary: 'register a request to close a port or port range',
  flags: portFlags,
  run(context, args) {
    changePort(context, args, false);
    return '';
  },
};

export const openedPorts: HookTool = {
  name: 'opened-ports',
  usage: '[options]',
  summary: 'list all ports or port ranges opened by the unit',
  flags: () => [{ names: ['endpoints'], takes: 'nothing' }, ...outputFlags()],
  run({ transaction }, args) {
    args.atMost(0);
    const ports = sortedPorts(openIn(transaction));
    return formatted(args.is('endpoints') ? ports.map((port) => `${port} (*)`) : ports, args);
  },
};

function portFlags(): FlagSpec[] {
  return [
    { names: ['endpoints'], takes: 'value' },
    { names: ['format'], takes: 'value' },
  ];
}

function changePort({ transaction, warn }: ToolContext, args: ParsedArgs, open: boolean): void {
  const [text] = args.positionals;
  if (text === undefined) throw new UsageFault('no port or range specified');
  const port = parsePort(text);
  if ('refusal' in port) throw new UsageFault(port.refusal);
  args.atMost(1);
  const tool = open ? 'open-port' : 'close-port';
  if (args.value('format') !== undefined) warn(`--format flag deprecated for command "${tool}"`);
  refuseRange(port);
  transaction.portChanges.set(portText(port), open);
}

function refuseRange(port: Port): void {
  if (port.from === port.to) return;
  throw new RunFault(
    'port ranges are not supported for k8s applications, please specify a single port',
  );
}

function openIn({ unit, portChanges }: Transaction): Set<string> {
  const ports = new Set(unit.ports);
  for (const [port, open] of portChanges) {
    if (open) ports.add(port);
    else ports.delete(port);
  }
  return ports;
}
