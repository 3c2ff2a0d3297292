import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import type { CallOptions } from './call-options.ts';
import type { Schema } from './schema.ts';
import type { Exchange } from './exchange.ts';

/** A check's state. It is `up` until it has failed `threshold` times, also before its first run. */
export type CheckStatus = 'up' | 'down' | 'inactive' | (string & {});

/** What a check says about the workload. */
export type CheckLevel = 'alive' | 'ready';

/** A health check as the daemon sees it now. */
export interface CheckInfo {
  readonly name: string;
  readonly level?: CheckLevel | (string & {}) | undefined;
  readonly startup: 'enabled' | 'disabled' | (string & {});
  readonly status: CheckStatus;
  /** Runs that succeeded since the last failure. Undefined when the daemon does not count them. */
  readonly successes?: number | undefined;
  /** Runs that failed since the last success. */
  readonly failures: number;
  /** So many failures in a row bring it down. */
  readonly threshold: number;
  /** The change whose task logs tell how it fares: `perform-check`, or `recover-check` when down. */
  readonly changeId?: string | undefined;
  /** The change before that one. */
  readonly previousChangeId?: string | undefined;
}

/** Which checks to list. */
export interface ChecksOptions extends CallOptions {
  /** Only checks of exactly this level: unlike health, `ready` leaves out those of `alive`. */
  readonly level?: CheckLevel | undefined;
  /** Only these checks. Unknown names are left out. */
  readonly names?: readonly string[] | undefined;
}

/** What a check found when it was run on demand. */
export interface CheckRun {
  /** Its state after the run. That of a stopped check does not change. */
  readonly check: CheckInfo;
  /** Why the run failed. Undefined when it succeeded. */
  readonly error?: string | undefined;
}

/** A check as it travels. */
interface WireCheckInfo {
  readonly name: string;
  readonly level?: string | undefined;
  readonly startup?: string | undefined;
  readonly status: string;
  readonly successes?: number | undefined;
  readonly failures?: number | undefined;
  readonly threshold?: number | undefined;
  readonly 'change-id'?: string | undefined;
  readonly 'prev-change-id'?: string | undefined;
}

const wireCheckInfoSchema: Schema<WireCheckInfo> = lazy(() =>
  z.object({
    name: z.string(),
    level: z.optional(z.string()),
    startup: z.optional(z.string()),
    status: z.string(),
    successes: z.optional(z.number()),
    failures: z.optional(z.number()),
    threshold: z.optional(z.number()),
    'change-id': z.optional(z.string()),
    'prev-change-id': z.optional(z.string()),
  }),
);

const wireCheckInfosSchema: Schema<readonly WireCheckInfo[] | null> = lazy(() =>
  z.nullable(z.array(wireCheckInfoSchema())),
);

const changedSchema = lazy(() => z.object({ changed: z.nullish(z.array(z.string())) }));
const runSchema = lazy(() =>
  z.object({ info: wireCheckInfoSchema(), error: z.optional(z.string()) }),
);

/** Lists checks by name. */
export async function listChecks(
  exchange: Exchange,
  { level, names = [], ...options }: ChecksOptions = {},
): Promise<readonly CheckInfo[]> {
  const checks = await exchange.get('list checks', '/v1/checks', wireCheckInfosSchema, {
    ...options,
    query: {
      ...(level === undefined ? {} : { level }),
      ...(names.length === 0 ? {} : { names: names.join(',') }),
    },
  });
  return (checks ?? []).map(toCheckInfo);
}

/** Starts or stops checks. @returns those of them whose state this changed */
export async function changeChecks(
  exchange: Exchange,
  action: 'start' | 'stop',
  names: readonly string[],
  options?: CallOptions,
): Promise<readonly string[]> {
  const { changed } = await exchange.post(
    `${action} checks ${names.join(', ')}`,
    '/v1/checks',
    { action, checks: names },
    changedSchema,
    options,
  );
  return changed ?? [];
}

/** Runs a check now. */
export async function runCheck(
  exchange: Exchange,
  name: string,
  options?: CallOptions,
): Promise<CheckRun> {
  const { info, error } = await exchange.post(
    `run check ${name}`,
    '/v1/checks/refresh',
    { name },
    runSchema,
    options,
  );
  return { check: toCheckInfo(info), error };
}

function toCheckInfo(wire: WireCheckInfo): CheckInfo {
  return {
    name: wire.name,
    level: wire.level,
    // Daemons that could not stop checks did not say it.
    startup: wire.startup ?? 'enabled',
    status: wire.status,
    successes: wire.successes,
    failures: wire.failures ?? 0,
    threshold: wire.threshold ?? 3,
    changeId: wire['change-id'],
    previousChangeId: wire['prev-change-id'],
  };
}
