import { STATUS_CODES } from 'node:http';
import type { PebbleResponse } from '../../pebble/transport.ts';
import type { ApiError } from './api-error.ts';

/** An answer that is there at once. */
export function syncReply(result: unknown): PebbleResponse {
  return jsonReply(200, envelope('sync', 200, { result }));
}

/** An answer that is there at once, with another status than 200. */
export function statusReply(status: number, result: unknown): PebbleResponse {
  return jsonReply(status, envelope('sync', status, { result }));
}

/** The answer to a request whose work goes on in a change. */
export function asyncReply(change: string, result: unknown = null): PebbleResponse {
  return jsonReply(202, envelope('async', 202, { change, result }));
}

export function errorReply({ status, message, kind }: ApiError): PebbleResponse {
  const result = kind === undefined ? { message } : { message, kind };
  return jsonReply(status, envelope('error', status, { result }));
}

/** The envelope of a sync reply as text, for where it travels within another body. */
export function syncEnvelope(result: unknown): string {
  return JSON.stringify(envelope('sync', 200, { result }));
}

/** A reply with a body of another type. */
export function streamReply(contentType: string, body: AsyncIterable<Uint8Array>): PebbleResponse {
  return { status: 200, headers: { 'content-type': contentType }, body };
}

/** A reply with nothing in it. */
export function emptyReply(
  status: number,
  headers: PebbleResponse['headers'] = {},
): PebbleResponse {
  return { status, headers: { 'content-length': '0', ...headers }, body: empty() };
}

function envelope(type: string, status: number, rest: object): object {
  return { type, 'status-code': status, status: STATUS_CODES[status] ?? '', ...rest };
}

function jsonReply(status: number, body: object): PebbleResponse {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(bytes.length) },
    body: once(bytes),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* empty(): AsyncGenerator<Uint8Array> {}
