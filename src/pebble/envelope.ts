import * as z from 'zod/mini';

import { messageOf } from '../errors.ts';
import { lazy } from '../lazy.ts';
import { PebbleApiError, PebbleProtocolError, type PebbleError } from './errors.ts';
import type { Schema } from './schema.ts';

/** What every reply is wrapped in. */
export interface WireEnvelope {
  readonly type: 'sync' | 'async' | 'error';
  readonly 'status-code': number;
  readonly status?: string | undefined;
  readonly result?: unknown;
  /** The id of the change that an `async` reply promises. */
  readonly change?: string | undefined;
}

/** What {@link isEnvelope} takes: it says what is wrong with anything else. */
export const wireEnvelopeSchema: Schema<WireEnvelope> = lazy(() =>
  z.object({
    type: z.enum(['sync', 'async', 'error']),
    'status-code': z.number(),
    status: z.optional(z.string()),
    result: z.optional(z.unknown()),
    change: z.optional(z.string()),
  }),
);

/** The `result` of an envelope of type `error`. */
interface WireRefusal {
  readonly message: string;
  readonly kind?: string | undefined;
  readonly value?: unknown;
}

const wireRefusalSchema: Schema<WireRefusal> = lazy(() =>
  z.object({
    message: z.string(),
    kind: z.optional(z.string()),
    value: z.optional(z.unknown()),
  }),
);

/** Takes whatever comes. */
export const anything: Schema<unknown> = lazy(() => z.unknown());

/** Reads the envelope that a reply or the last part of one holds. */
export function parseEnvelope(what: string, text: string, status: number): WireEnvelope {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new PebbleProtocolError(
      what,
      `its body, of HTTP status ${status}, is not JSON: ${messageOf(cause)}`,
      { cause },
    );
  }
  return isEnvelope(document) ? document : parseReply(what, document, wireEnvelopeSchema);
}

/** Spelled out, because every exchange passes it. */
export function isEnvelope(document: unknown): document is WireEnvelope {
  return (
    typeof document === 'object' &&
    document !== null &&
    'type' in document &&
    (document.type === 'sync' || document.type === 'async' || document.type === 'error') &&
    'status-code' in document &&
    Number.isFinite(document['status-code']) &&
    (!('status' in document) || typeof document.status === 'string') &&
    (!('change' in document) || typeof document.change === 'string')
  );
}

/** Checks that a foreign value is what Pebble says. */
export function parseReply<T>(what: string, value: unknown, schema: Schema<T>): T {
  const parsed = schema().safeParse(value);
  if (parsed.success) return parsed.data;
  throw new PebbleProtocolError(what, z.prettifyError(parsed.error), { cause: parsed.error });
}

/** Takes the result out of a reply of type `sync`. */
export function readResult<T>(what: string, envelope: WireEnvelope, schema: Schema<T>): T {
  if (envelope.type !== 'sync') throw refusalOf(what, envelope);
  return parseReply(what, envelope.result ?? null, schema);
}

/** What a reply says that is of another type than was asked for. */
export function refusalOf(what: string, envelope: WireEnvelope): PebbleError {
  if (envelope.type !== 'error') {
    return new PebbleProtocolError(
      what,
      `it is of type "${envelope.type}" with status ${envelope['status-code']}`,
    );
  }
  const { message, kind, value } = parseReply(what, envelope.result, wireRefusalSchema);
  return new PebbleApiError(what, {
    status: envelope['status-code'],
    kind,
    reason: message,
    value,
  });
}
