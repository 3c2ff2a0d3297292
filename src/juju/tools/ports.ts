import * as z from 'zod/mini';
import type { HookTools } from '../hook-tool.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

/** `6432/tcp`; Juju refuses ranges on Kubernetes. */
export interface Port {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** `open-port`; opening an open port does nothing. */
export async function openPort(tools: HookTools, port: Port, options?: ToolOptions): Promise<void> {
  await runTool(tools, { tool: 'open-port', args: [argument(port)] }, options);
}

/** `close-port`; closing a closed port does nothing. */
export async function closePort(
  tools: HookTools,
  port: Port,
  options?: ToolOptions,
): Promise<void> {
  await runTool(tools, { tool: 'close-port', args: [argument(port)] }, options);
}

const portsSchema = () => z.nullable(z.array(z.string()));

/** `opened-ports`: single ports; ranges and icmp, which only machine charms have, are left out. */
export async function openedPorts(
  tools: HookTools,
  options?: ToolOptions,
): Promise<readonly Port[]> {
  const call = { tool: 'opened-ports', args: ['--format=json'] };
  const names = (await readTool(tools, call, portsSchema(), options)) ?? [];
  return names.flatMap((name) => {
    const [, port, protocol] = /^(\d+)\/(tcp|udp)$/.exec(name) ?? [];
    if (port === undefined) return [];
    return [{ port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp' } as const];
  });
}

function argument({ port, protocol }: Port): string {
  return `${port}/${protocol}`;
}
