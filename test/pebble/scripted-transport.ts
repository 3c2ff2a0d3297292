import type { PebbleRequest, PebbleResponse, PebbleTransport } from '../../src/pebble/index.ts';

/** A request as a transport got it, its body read to the end. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: NonNullable<PebbleRequest['query']>;
  /** JSON as its value, anything else as text. */
  readonly body?: unknown;
}

/** What a scripted daemon answers. */
export interface ScriptedReply {
  readonly status?: number;
  readonly contentType?: string;
  /** Text is sent as it is, anything else as JSON. */
  readonly body: unknown;
}

/** Answers in this process, reply by reply, and remembers what it was asked. */
export class ScriptedTransport implements PebbleTransport {
  readonly sent: SentRequest[] = [];
  closed = false;
  readonly #replies: ScriptedReply[];

  constructor(...replies: readonly ScriptedReply[]) {
    this.#replies = [...replies];
  }

  async request(request: PebbleRequest): Promise<PebbleResponse> {
    const { method, path, query = {}, body } = request;
    const text = typeof body === 'string' || body === undefined ? body : await readText(body);
    const hasQuery = Object.keys(query).length > 0;
    this.sent.push({
      method,
      path,
      ...(hasQuery ? { query } : {}),
      ...(text === undefined ? {} : { body: parseJson(text) }),
    });
    const reply = this.#replies.shift();
    if (reply === undefined) throw new Error(`no reply is left for ${method} ${path}`);
    const bytes = Buffer.from(
      typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body),
    );
    return {
      status: reply.status ?? 200,
      headers: { 'content-type': reply.contentType ?? 'application/json' },
      body: once(bytes),
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.resolve();
  }
}

/** A reply of type `sync`. */
export function sync(result: unknown): ScriptedReply {
  return { body: { type: 'sync', 'status-code': 200, status: 'OK', result } };
}

/** A reply that promises a change. */
export function async(change: string): ScriptedReply {
  return {
    status: 202,
    body: { type: 'async', 'status-code': 202, status: 'Accepted', change, result: null },
  };
}

/** A refusal. */
export function refuse(status: number, message: string, kind?: string): ScriptedReply {
  return {
    status,
    body: { type: 'error', 'status-code': status, status: 'No', result: { message, kind } },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  await Promise.resolve();
  yield bytes;
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
