import * as z from 'zod/mini';
import type { HookTools } from '../hook-tool.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

/** The statuses that a charm can set. Juju alone sets `error`, `unknown` and `terminated`. */
export type SettableStatusKind = 'maintenance' | 'blocked' | 'waiting' | 'active';

export interface StatusReading {
  readonly kind: string;
  readonly message: string;
}

interface WireReading {
  readonly status: string;
  readonly message?: string | undefined;
}

const readingSchema = () => z.object({ status: z.string(), message: z.optional(z.string()) });
const applicationSchema = () => z.object({ 'application-status': readingSchema() });

/** `status-set`: shows at once, and stays also when the hook fails. */
export async function statusSet(
  tools: HookTools,
  of: 'unit' | 'app',
  kind: SettableStatusKind,
  message: string,
  options?: ToolOptions,
): Promise<void> {
  const whose = of === 'app' ? ['--application'] : [];
  const args = [...whose, kind, '--', message];
  await runTool(tools, { tool: 'status-set', args }, options);
}

/** `status-get --include-data`. The application's is for the leader only. */
export async function statusGet(
  tools: HookTools,
  of: 'unit' | 'app',
  options?: ToolOptions,
): Promise<StatusReading> {
  const args = ['--include-data', '--format=json'];
  if (of === 'unit') {
    return reading(await readTool(tools, { tool: 'status-get', args }, readingSchema(), options));
  }
  const call = { tool: 'status-get', args: [...args, '--application'] };
  const answer = await readTool(tools, call, applicationSchema(), options);
  return reading(answer['application-status']);
}

function reading({ status, message }: WireReading): StatusReading {
  return { kind: status, message: message ?? '' };
}
