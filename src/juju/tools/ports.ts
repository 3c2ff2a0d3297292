import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import { HookToolArgumentError, HookToolOutputError } from '../errors.ts';
import type { HookTools } from '../hook-tool.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

/** `6432/tcp`, or with `toPort` a range, which Juju refuses on Kubernetes: `8080-8088/udp`. */
export interface TransportPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** The last port of a range. */
  readonly toPort?: number;
}

/** Pings. They have no ports. */
export interface IcmpPort {
  readonly protocol: 'icmp';
}

/** What a firewall lets through. */
export type Port = TransportPort | IcmpPort;

export interface PortOptions extends ToolOptions {
  /** Only for what reaches the unit through these endpoints; left out: all. */
  readonly endpoints?: readonly string[] | undefined;
}

/** A port, and the endpoints for which it is open. */
export interface EndpointPort {
  readonly port: Port;
  /** `['*']` for all. */
  readonly endpoints: readonly string[];
}

/** `open-port`, when the hook succeeds. Opening an open port does nothing. */
export async function openPort(tools: HookTools, port: Port, options?: PortOptions): Promise<void> {
  await changePort('open-port', tools, port, options);
}

/** `close-port`, when the hook succeeds. Closing a closed port does nothing. */
export async function closePort(
  tools: HookTools,
  port: Port,
  options?: PortOptions,
): Promise<void> {
  await changePort('close-port', tools, port, options);
}

const portsSchema = lazy(() => z.nullable(z.array(z.string())));

/**
 * `opened-ports`: what this unit has opened for any endpoint. Newer Jujus count what this hook
 * opens and closes, older ones do not. A protocol that this charmwright does not know is left out.
 */
export async function openedPorts(
  tools: HookTools,
  options?: ToolOptions,
): Promise<readonly Port[]> {
  const call = { tool: 'opened-ports', args: ['--format=json'] };
  const names = (await readTool(tools, call, portsSchema(), options)) ?? [];
  return names.flatMap((name) => readPort(name));
}

/** `opened-ports --endpoints`: what this unit has opened, and for which endpoints. */
export async function openedEndpointPorts(
  tools: HookTools,
  options?: ToolOptions,
): Promise<readonly EndpointPort[]> {
  const call = { tool: 'opened-ports', args: ['--endpoints', '--format=json'] };
  const lines = (await readTool(tools, call, portsSchema(), options)) ?? [];
  return lines.flatMap((line) => {
    const [, name = '', endpoints = ''] = /^(\S+)(?: \((.*)\))?$/.exec(line) ?? [];
    return readPort(name).map((port) => ({
      port,
      endpoints: endpoints === '' ? ['*'] : endpoints.split(/,\s*/),
    }));
  });
}

async function changePort(
  tool: string,
  tools: HookTools,
  port: Port,
  { endpoints, ...options }: PortOptions = {},
): Promise<void> {
  const args = [portArgument(tool, port)];
  if (endpoints !== undefined) {
    if (endpoints.length === 0) {
      throw new HookToolArgumentError(
        tool,
        'the list of endpoints is empty. Leave it out for all.',
      );
    }
    args.push('--endpoints', endpoints.join(','));
  }
  await runTool(tools, { tool, args }, options);
}

function portArgument(tool: string, port: Port): string {
  if (port.protocol === 'icmp') return 'icmp';
  const { protocol, port: from, toPort: to = from } = port;
  if (!isPort(from) || !isPort(to) || to < from) {
    const what = to === from ? `${from} is not a port` : `${from}-${to} is not a range of ports`;
    throw new HookToolArgumentError(tool, `${what}. Ports go from 0 to 65535.`);
  }
  return to === from ? `${from}/${protocol}` : `${from}-${to}/${protocol}`;
}

function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= 65_535;
}

/** Nothing for a protocol that a later Juju may know. */
function readPort(name: string): Port[] {
  if (name === 'icmp') return [{ protocol: 'icmp' }];
  const [, from, to, protocol] = /^(\d+)(?:-(\d+))?\/([a-z]+)$/.exec(name) ?? [];
  if (from === undefined) {
    throw new HookToolOutputError('opened-ports', `${JSON.stringify(name)} is not a port`);
  }
  if (protocol !== 'tcp' && protocol !== 'udp') return [];
  const port = Number(from);
  return [{ protocol, port, ...(to === undefined ? {} : { toPort: Number(to) }) }];
}
