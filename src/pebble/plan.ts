import * as z from 'zod/mini';

import { messageOf } from '../errors.ts';
import type { CallOptions } from './call-options.ts';
import { PebbleProtocolError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { layerSchema, type Check, type Layer, type LogTarget, type Service } from './layer.ts';

/** All layers laid over one another: what the daemon runs. */
export interface Plan extends Layer {
  readonly services: Readonly<Record<string, Service>>;
  readonly checks: Readonly<Record<string, Check>>;
  readonly 'log-targets': Readonly<Record<string, LogTarget>>;
}

const what = 'read the plan';

/** Reads the plan as the YAML text that the daemon prints. */
export async function planText(exchange: Exchange, options?: CallOptions): Promise<string> {
  return await exchange.get(what, '/v1/plan', z.string(), {
    ...options,
    query: { format: 'yaml' },
  });
}

/** Reads the plan. */
export async function getPlan(exchange: Exchange, options?: CallOptions): Promise<Plan> {
  const text = await planText(exchange, options);
  // Loaded here because a dispatch that reads no plan should not pay for a YAML parser.
  const yaml = await import('yaml');
  let document: unknown;
  try {
    document = yaml.parse(text) ?? {};
  } catch (cause) {
    throw new PebbleProtocolError(what, `the plan is not YAML: ${messageOf(cause)}`, { cause });
  }
  const parsed = layerSchema.safeParse(document);
  if (!parsed.success) {
    throw new PebbleProtocolError(what, z.prettifyError(parsed.error), { cause: parsed.error });
  }
  const { services = {}, checks = {}, 'log-targets': logTargets = {} } = parsed.data;
  return { ...parsed.data, services, checks, 'log-targets': logTargets };
}
