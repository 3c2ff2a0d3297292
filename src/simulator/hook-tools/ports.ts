import { endpointsOf } from '../charm-definition.ts';
import {
  changedPorts,
  notePortChange,
  type OpenPorts,
  type PortChange,
} from '../rules/open-ports.ts';
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
    const open = openIn(transaction);
    const ports = sortedPorts(open.keys());
    const shown = args.is('endpoints')
      ? ports.map((port) => `${port} (${endpointText(open.get(port))})`)
      : ports;
    return formatted(shown, args);
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
  if (transaction.model.type === 'caas' && port.from !== port.to) {
    throw new RunFault(
      'port ranges are not supported for k8s applications, please specify a single port',
    );
  }
  const endpoints = (args.value('endpoints') ?? '').split(',').map((name) => name.trim());
  for (const endpoint of endpoints) {
    const change = { port: portText(port), endpoint, open };
    refuseConflict(transaction, port, change);
    notePortChange(transaction.portChanges, transaction.unit.ports, change);
  }
}

/** A port that is open, or asked for, as part of another range cannot be opened or closed apart. */
function refuseConflict({ unit, portChanges }: Transaction, port: Port, change: PortChange): void {
  const rivals = [
    ...portChanges
      .filter(({ open }) => open === change.open)
      .map((other) => ({ other: other.port, when: ' requested earlier' })),
    ...[...unit.ports.keys()].map((other) => ({ other, when: '' })),
  ];
  const rival = rivals.find(({ other }) => other !== change.port && overlaps(port, other));
  if (rival === undefined) return;
  throw new RunFault(
    `cannot ${change.open ? 'open' : 'close'} ${change.port} (unit "${unit.name}"): port range conflicts with ${rival.other} (unit "${unit.name}")${rival.when}`,
  );
}

function overlaps(port: Port, printed: string): boolean {
  const other = parsePort(printed);
  return (
    !('refusal' in other) &&
    other.protocol === port.protocol &&
    port.to >= other.from &&
    other.to >= port.from
  );
}

function openIn({ unit, application, portChanges }: Transaction): OpenPorts {
  const { charm } = application;
  const endpoints = charm === undefined ? [] : [...endpointsOf(charm).keys()];
  return changedPorts(unit.ports, portChanges, endpoints);
}

function endpointText(endpoints: ReadonlySet<string> = new Set()): string {
  return endpoints.has('') ? '*' : [...endpoints].sort().join(', ');
}
