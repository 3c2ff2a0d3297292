import * as z from 'zod/mini';

import { messageOf } from '../errors.ts';
import { lazy } from '../lazy.ts';
import type { CallOptions } from './call-options.ts';
import { PebbleProtocolError } from './errors.ts';
import { parseReply } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import type { Plan } from './layer.ts';

const what = 'read the plan';
const textSchema = lazy(() => z.string());

/** Reads the plan as the YAML text that the daemon prints. */
export async function planText(exchange: Exchange, options?: CallOptions): Promise<string> {
  return await exchange.get(what, '/v1/plan', textSchema, {
    ...options,
    query: { format: 'yaml' },
  });
}

/** Reads the plan. */
export async function getPlan(exchange: Exchange, options?: CallOptions): Promise<Plan> {
  const text = await planText(exchange, options);
  // Loaded here because a dispatch that reads no plan should not pay for them.
  const [yaml, { planSchema }] = await Promise.all([import('yaml'), import('./layer-schema.ts')]);
  let document: unknown;
  try {
    document = yaml.parse(text) ?? {};
  } catch (cause) {
    throw new PebbleProtocolError(what, `the plan is not YAML: ${messageOf(cause)}`, { cause });
  }
  return parseReply(what, document, () => planSchema);
}
