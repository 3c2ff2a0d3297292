import * as z from 'zod/mini';

import { lazy } from '../lazy.ts';
import type { CallOptions } from './call-options.ts';
import type { Schema } from './schema.ts';
import type { Exchange } from './exchange.ts';

/** Which daemon answers. */
export interface SystemInfo {
  /** With its `v`, such as `v1.32.1`. */
  readonly version: string;
  /** Changes when the machine, or a daemon that is process 1, starts anew. */
  readonly bootId: string;
  readonly httpAddress?: string | undefined;
  readonly httpsAddress?: string | undefined;
}

/** The daemon's own description as it travels. */
interface WireSystemInfo {
  readonly version: string;
  readonly 'boot-id'?: string | undefined;
  readonly 'http-address'?: string | undefined;
  readonly 'https-address'?: string | undefined;
}

const wireSystemInfoSchema: Schema<WireSystemInfo> = lazy(() =>
  z.object({
    version: z.string(),
    'boot-id': z.optional(z.string()),
    'http-address': z.optional(z.string()),
    'https-address': z.optional(z.string()),
  }),
);

/** Asks the daemon who it is: the cheapest way to know that it answers. */
export async function systemInfo(exchange: Exchange, options?: CallOptions): Promise<SystemInfo> {
  const wire = await exchange.get(
    'read the system information',
    '/v1/system-info',
    wireSystemInfoSchema,
    options,
  );
  return {
    version: wire.version,
    bootId: wire['boot-id'] ?? '',
    httpAddress: wire['http-address'],
    httpsAddress: wire['https-address'],
  };
}
