import type { CallOptions } from './call-options.ts';
import { Deadline } from './deadline.ts';
import {
  anything,
  parseEnvelope,
  parseReply,
  readResult,
  refusalOf,
  type WireEnvelope,
} from './envelope.ts';
import { PebbleProtocolError } from './errors.ts';
import { RestartingBody, TimedBody, collect } from './timed-stream.ts';
import type { Schema } from './schema.ts';
import type { PebbleRequest, PebbleResponse, PebbleTransport } from './transport.ts';

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
    schema: Schema<T>,
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
    schema: Schema<T>,
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
    return (await this.postForChange(what, path, body, anything, options)).change;
  }

  /** Asks for a change and answers with its id and with what else the daemon says about it. */
  async postForChange<T>(
    what: string,
    path: string,
    body: unknown,
    schema: Schema<T>,
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
    schema: Schema<T>,
    options: CallOptions = {},
  ): Promise<T> {
    const deadline = this.#deadline(what, options);
    try {
      const body =
        typeof request.body === 'string'
          ? request.body
          : new RestartingBody(request.body, deadline);
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
