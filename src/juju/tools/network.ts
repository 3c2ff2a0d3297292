import * as z from 'zod/mini';
import type { HookTools } from '../hook-tool.ts';
import { readTool, type ToolOptions } from './run.ts';

/** Where this unit is reached through an endpoint. */
export interface NetworkReading {
  /** To listen on. Absent early in a pod's life. */
  readonly bindAddress?: string;
  /** To tell the other side. Absent early in a pod's life. */
  readonly ingressAddress?: string;
}

const networkSchema = () =>
  z.object({
    'bind-addresses': z.nullish(
      z.array(z.object({ addresses: z.nullish(z.array(z.object({ value: z.string() }))) })),
    ),
    'ingress-addresses': z.nullish(z.array(z.string())),
  });

/** `network-get` of an endpoint. */
export async function networkGet(
  tools: HookTools,
  endpoint: string,
  options?: ToolOptions,
): Promise<NetworkReading> {
  const call = { tool: 'network-get', args: [endpoint, '--format=json'] };
  const network = await readTool(tools, call, networkSchema(), options);
  const bindAddress = network['bind-addresses']?.[0]?.addresses?.[0]?.value;
  const ingressAddress = network['ingress-addresses']?.[0];
  return {
    ...(bindAddress === undefined ? {} : { bindAddress }),
    ...(ingressAddress === undefined ? {} : { ingressAddress }),
  };
}
