import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import type { CallOptions } from './call-options.ts';
import type { Exchange } from './exchange.ts';

/** Which checks count. */
export interface HealthOptions extends CallOptions {
  /** `ready` counts alive checks too. Without a level all checks count. */
  readonly level?: 'alive' | 'ready' | undefined;
  /** Only these checks. */
  readonly names?: readonly string[] | undefined;
}

const healthSchema = lazy(() => z.object({ healthy: z.boolean() }));

/** Tells whether no check is down. */
export async function isHealthy(
  exchange: Exchange,
  { level, names = [], ...options }: HealthOptions = {},
): Promise<boolean> {
  const health = await exchange.get('read the health', '/v1/health', healthSchema, {
    ...options,
    query: {
      ...(level === undefined ? {} : { level }),
      ...(names.length === 0 ? {} : { names: names.join(',') }),
    },
  });
  return health.healthy;
}
