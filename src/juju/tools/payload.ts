import type { HookTools } from '../hook-tool.ts';
import { runTool, type ToolOptions } from './run.ts';

/** What runs for an application outside of Juju's sight: a container, a virtual machine. */
export interface Payload {
  /** `docker`, `kvm`, … as metadata.yaml declares it. */
  readonly type: string;
  /** The name under `payloads` in metadata.yaml. */
  readonly class: string;
  /** The name that the technology gave. */
  readonly id: string;
}

/** What Juju takes, whatever its help says of `started`. */
export type PayloadStatus = 'starting' | 'running' | 'stopping' | 'stopped';

/** `payload-register`: shows a payload in Juju, at once. Not in Juju 4.0. */
export async function payloadRegister(
  tools: HookTools,
  payload: Payload,
  { tags = [], ...options }: ToolOptions & { readonly tags?: readonly string[] } = {},
): Promise<void> {
  const args = ['--', payload.type, payload.class, payload.id, ...tags];
  await runTool(tools, { tool: 'payload-register', args }, options);
}

/** `payload-unregister`: no longer shows a payload in Juju. Not in Juju 4.0. */
export async function payloadUnregister(
  tools: HookTools,
  payload: Pick<Payload, 'class' | 'id'>,
  options?: ToolOptions,
): Promise<void> {
  const args = ['--', payload.class, payload.id];
  await runTool(tools, { tool: 'payload-unregister', args }, options);
}

/** `payload-status-set`. Not in Juju 4.0. */
export async function payloadStatusSet(
  tools: HookTools,
  payload: Pick<Payload, 'class' | 'id'>,
  status: PayloadStatus,
  options?: ToolOptions,
): Promise<void> {
  const args = ['--', payload.class, payload.id, status];
  await runTool(tools, { tool: 'payload-status-set', args }, options);
}
