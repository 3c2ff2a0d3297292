import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import type { CallOptions } from './call-options.ts';
import type { Schema } from './schema.ts';
import type { Exchange } from './exchange.ts';

/** What can be asked of services. */
export type ServiceAction = 'start' | 'stop' | 'restart' | 'autostart' | 'replan';

/** A service's state. `backoff` waits to be restarted; `error` has exited and stays down. */
export type ServiceStatus = 'active' | 'inactive' | 'backoff' | 'error' | (string & {});

/** A service as the daemon sees it now. */
export interface ServiceInfo {
  readonly name: string;
  readonly startup: 'enabled' | 'disabled' | (string & {});
  readonly current: ServiceStatus;
  /** Since when, as the daemon wrote it. Absent when it was never started. */
  readonly currentSince?: string | undefined;
}

/** A service's state as it travels. */
interface WireServiceInfo {
  readonly name: string;
  readonly startup: string;
  readonly current: string;
  readonly 'current-since'?: string | undefined;
}

const wireServiceInfoSchema: Schema<WireServiceInfo> = lazy(() =>
  z.object({
    name: z.string(),
    startup: z.string(),
    current: z.string(),
    'current-since': z.optional(z.string()),
  }),
);

const wireServiceInfosSchema: Schema<readonly WireServiceInfo[] | null> = lazy(() =>
  z.nullable(z.array(wireServiceInfoSchema())),
);

/** Whether the service's process runs. */
export function isRunning(service: ServiceInfo): boolean {
  return service.current === 'active';
}

/** Lists services by name; without names, all of them. Unknown names are left out. */
export async function listServices(
  exchange: Exchange,
  names: readonly string[] = [],
  options?: CallOptions,
): Promise<readonly ServiceInfo[]> {
  const services = await exchange.get('list services', '/v1/services', wireServiceInfosSchema, {
    ...options,
    query: names.length === 0 ? {} : { names: names.join(',') },
  });
  return (services ?? []).map((wire) => ({
    name: wire.name,
    startup: wire.startup,
    current: wire.current,
    currentSince: wire['current-since'],
  }));
}

/** Asks for a change of services and answers with its id, without waiting for it. */
export async function requestServices(
  exchange: Exchange,
  action: ServiceAction,
  names: readonly string[] = [],
  options?: CallOptions,
): Promise<string> {
  const what = names.length === 0 ? `${action} services` : `${action} ${names.join(', ')}`;
  return await exchange.postAsync(what, '/v1/services', { action, services: names }, options);
}
