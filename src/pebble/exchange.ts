import * as z from 'zod/mini';

import { messageOf } from '../errors.ts';
import type { CallOptions } from './call-options.ts';
import { Deadline } from './deadline.ts';
import { PebbleApiError, PebbleProtocolError, type PebbleError } from './errors.ts';
import { TimedBody, collect, restartedByEachPiece } from './timed-stream.ts';
import type { PebbleRequest, PebbleResponse, PebbleTransport } from './transport.ts';

/** What every reply is wrapped in. */
export interface WireEnvelope {
  readonly type: 'sync' | 'async' | 'error';
  readonly 'status-code': number;
  readonly status?: string | undefined;
  readonly result?: unknown;
  /** The id of the change that an `async` reply promises. */
  readonly change?: string | undefined;
}

const wireEnvelopeSchema: z.ZodMiniType<WireEnvelope> = z.object({
  type: z.enum(['sync', 'async', 'error']),
  'status-code': z.number(),
  status: z.optional(z.string()),
  result: z.optional(z.unknown()),
  change: z.optional(z.string()),
});

/** The `result` of an envelope of type `error`. */
interface WireRefusal {
  readonly message: string;
  readonly kind?: string | undefined;
  readonly value?: unknown;
}

const wireRefusalSchema: z.ZodMiniType<WireRefusal> = z.object({
  message: z.string(),
  kind: z.optional(z.string()),
  value: z.optional(z.unknown()),
});

/** A call without a body, and what its address carries. */
export interface GetOptions extends CallOptions {
  readonly query?: Readonly<Record<string, string>>;
}

/** A reply whose body is still on its way. Every piece of it has the call's whole time. */
export interface OpenReply {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Pebble's way to ask and answer, over any transport, within a time that never runs out silently. */
export class Exchange {
  readonly #transport: PebbleTransport;
  readonly #timeout: number;

  constructor(transport: PebbleTransport, timeout: number) {
    this.#transport = transport;
    this.#timeout = timeout;
  }

  /** Reads something. */
  async get<T>(
    what: string,
    path: string,
    schema: z.ZodMiniType<T>,
    { query = {}, ...options }: GetOptions = {},
  ): Promise<T> {
    const envelope = await this.#ask(what, { method: 'GET', path, query }, options);
    return readResult(what, envelope, schema);
  }

  /** Asks for something that is done when the reply comes. */
  async post<T>(
    what: string,
    path: string,
    body: unknown,
    schema: z.ZodMiniType<T>,
    options?: CallOptions,
  ): Promise<T> {
    const envelope = await this.#ask(what, jsonRequest(path, body), options);
    return readResult(what, envelope, schema);
  }

  /** Asks for a change and answers with its id. */
  async postAsync(
    what: string,
    path: string,
    body: unknown,
    options?: CallOptions,
  ): Promise<string> {
    return (await this.postForChange(what, path, body, z.unknown(), options)).change;
  }

  /** Asks for a change and answers with its id and with what else the daemon says about it. */
  async postForChange<T>(
    what: string,
    path: string,
    body: unknown,
    schema: z.ZodMiniType<T>,
    options?: CallOptions,
  ): Promise<{ readonly change: string; readonly result: T }> {
    const envelope = await this.#ask(what, jsonRequest(path, body), options);
    if (envelope.type !== 'async') throw refusalOf(what, envelope);
    if (envelope.change === undefined) {
      throw new PebbleProtocolError(what, 'it promises a change and names none');
    }
    return { change: envelope.change, result: parseReply(what, envelope.result, schema) };
  }

  /** Sends a body of any size. Every piece of it has the call's whole time. */
  async upload<T>(
    what: string,
    request: PebbleRequest & { readonly body: string | AsyncIterable<Uint8Array> },
    schema: z.ZodMiniType<T>,
    options: CallOptions = {},
  ): Promise<T> {
    const deadline = this.#deadline(what, options);
    try {
      const body =
        typeof request.body === 'string'
          ? request.body
          : restartedByEachPiece(request.body, deadline);
      const response = await this.#send({ ...request, body }, deadline);
      return readResult(what, await readEnvelope(what, response, deadline), schema);
    } finally {
      deadline.end();
    }
  }

  /**
   * Opens a reply of any size. A refusal is thrown here, before any of it is read.
   *
   * @param mediaType what the reply must say that it is; without it, it may be anything.
   */
  async open(
    what: string,
    request: PebbleRequest,
    mediaType: string | undefined,
    options: CallOptions = {},
  ): Promise<OpenReply> {
    const deadline = this.#deadline(what, options);
    try {
      const response = await this.#send(request, deadline);
      if (response.status >= 300) {
        throw refusalOf(what, await readEnvelope(what, response, deadline));
      }
      const { headers, body } = response;
      if (mediaType !== undefined) checkMediaType(what, headers, mediaType);
      return { headers, body: new TimedBody(body, deadline) };
    } catch (error) {
      deadline.abandon(error);
      throw error;
    }
  }

  async #ask(
    what: string,
    request: PebbleRequest,
    options: CallOptions = {},
  ): Promise<WireEnvelope> {
    const deadline = this.#deadline(what, options);
    try {
      return await readEnvelope(what, await this.#send(request, deadline), deadline);
    } finally {
      deadline.end();
    }
  }

  async #send(request: PebbleRequest, deadline: Deadline): Promise<PebbleResponse> {
    deadline.throwIfEnded();
    return await deadline.race(this.#transport.request(request, deadline));
  }

  #deadline(what: string, { timeout = this.#timeout, signal }: CallOptions): Deadline {
    return new Deadline(what, timeout, signal);
  }
}

function jsonRequest(path: string, body: unknown): PebbleRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/** Checks that a reply is of the media type that Pebble gives it. */
export function checkMediaType(
  what: string,
  headers: Readonly<Record<string, string>>,
  mediaType: string,
): void {
  const contentType = headers['content-type'] ?? '';
  if (contentType.split(';')[0]?.trim().toLowerCase() !== mediaType) {
    throw new PebbleProtocolError(what, `its content type is "${contentType}"`);
  }
}

async function readEnvelope(
  what: string,
  response: PebbleResponse,
  deadline: Deadline,
): Promise<WireEnvelope> {
  const body = await collect(response, deadline);
  return parseEnvelope(what, body.toString('utf8'), response.status);
}

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
  return parseReply(what, document, wireEnvelopeSchema);
}

/** Checks that a foreign value is what Pebble says. */
export function parseReply<T>(what: string, value: unknown, schema: z.ZodMiniType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new PebbleProtocolError(what, z.prettifyError(parsed.error), { cause: parsed.error });
}

/** Takes the result out of a reply of type `sync`. */
export function readResult<T>(what: string, envelope: WireEnvelope, schema: z.ZodMiniType<T>): T {
  if (envelope.type !== 'sync') throw refusalOf(what, envelope);
  return parseReply(what, envelope.result ?? null, schema);
}

function refusalOf(what: string, envelope: WireEnvelope): PebbleError {
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
