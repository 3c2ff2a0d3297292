import * as z from 'zod/mini';
import { lazy } from '../../lazy.ts';
import type { HookTools } from '../hook-tool.ts';
import { readTool, runTool, type ToolOptions } from './run.ts';

/** The statuses that a charm can set. Juju alone sets `error`, `unknown` and `terminated`. */
export type SettableStatusKind = 'maintenance' | 'blocked' | 'waiting' | 'active';

export interface StatusReading {
  readonly kind: string;
  readonly message: string;
  /** What Juju adds: in `error`, which hook failed. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The status of an application, with those of its units. */
export interface ApplicationStatusReading extends StatusReading {
  /** By the units' names. */
  readonly units: Readonly<Record<string, StatusReading>>;
}

const readingSchema = lazy(() =>
  z.object({
    status: z.string(),
    message: z.nullish(z.string()),
    'status-data': z.nullish(z.record(z.string(), z.unknown())),
  }),
);
const applicationSchema = lazy(() =>
  z.object({
    'application-status': z.extend(readingSchema(), {
      units: z.nullish(z.record(z.string(), readingSchema())),
    }),
  }),
);

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

/** `status-get --include-data`: the application's status, for the leader only. */
export async function statusGet(
  tools: HookTools,
  of: 'app',
  options?: ToolOptions,
): Promise<ApplicationStatusReading>;
/** `status-get --include-data`. */
export async function statusGet(
  tools: HookTools,
  of: 'unit' | 'app',
  options?: ToolOptions,
): Promise<StatusReading>;
export async function statusGet(
  tools: HookTools,
  of: 'unit' | 'app',
  options?: ToolOptions,
): Promise<StatusReading | ApplicationStatusReading> {
  const args = ['--include-data', '--format=json'];
  if (of === 'unit') {
    return reading(await readTool(tools, { tool: 'status-get', args }, readingSchema(), options));
  }
  const call = { tool: 'status-get', args: [...args, '--application'] };
  const answer = await readTool(tools, call, applicationSchema(), options);
  const { units, ...own } = answer['application-status'];
  const named = Object.entries(units ?? {}).map(([name, unit]) => [name, reading(unit)] as const);
  return { ...reading(own), units: Object.fromEntries(named) };
}

function reading({
  status,
  message,
  'status-data': data,
}: z.infer<ReturnType<typeof readingSchema>>): StatusReading {
  return {
    kind: status,
    message: message ?? '',
    ...(data === undefined || data === null ? {} : { data }),
  };
}
