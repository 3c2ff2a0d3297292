import { connect } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { WebSocket, type RawData } from 'ws';

import { messageOf } from '../errors.ts';
import { PebbleConnectionError, PebbleError, PebbleProtocolError } from './errors.ts';
import { anything, parseEnvelope, readResult } from './envelope.ts';
import type { Message, MessageConnection } from './message-transport.ts';

/** Pebble sends 128 KiB at most. */
const largestMessage = 16 * 1024 * 1024;
/** A refusal is an envelope. */
const longestRefusal = 64 * 1024;
/** Bytes that may wait for a reader before the other side has to. */
const enough = 256 * 1024;
/** The code of a conversation that was broken off. */
const withoutFarewell = 1006;
/** Milliseconds that the other side has for its farewell. */
const farewell = 1_000;

/** Begins a conversation over the WebSocket at a path of the daemon that serves a unix socket. */
export async function openWebSocket(
  socketPath: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<MessageConnection> {
  const what = `open ${path}`;
  const options = {
    // An address of the library's own form could not hold a path with a colon.
    createConnection: () => connect(socketPath),
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: largestMessage,
    closeTimeout: farewell,
  };
  const socket = new WebSocket(`ws://localhost${path}`, options);
  const connection = new WebSocketConnection(socket, (cause) => explain(socketPath, what, cause));
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      reject(explain(socketPath, what, signal?.reason));
      socket.terminate();
    };
    signal?.addEventListener('abort', stop, { once: true });
    const settle = (): void => signal?.removeEventListener('abort', stop);
    socket.once('open', () => {
      settle();
      resolve();
    });
    socket.once('error', (cause) => {
      settle();
      reject(explain(socketPath, what, cause));
    });
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      readRefusal(what, response).then(
        () => undefined,
        (error: unknown) => {
          reject(explain(socketPath, what, error));
          response.destroy();
          settle();
          socket.terminate();
        },
      );
    });
    if (signal?.aborted === true) stop();
  });
  return connection;
}

class WebSocketConnection implements MessageConnection {
  readonly #socket: WebSocket;
  readonly #explain: (cause: unknown) => PebbleError;
  readonly #arrived: Message[] = [];
  #waiting = 0;
  #ended = false;
  #error: PebbleError | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: WebSocket, explainCause: (cause: unknown) => PebbleError) {
    this.#socket = socket;
    this.#explain = explainCause;
    socket.on('message', (data, isBinary) => {
      this.#push(isBinary ? bytesOf(data) : bytesOf(data).toString('utf8'));
    });
    socket.on('error', (cause) => {
      this.#error ??= this.#explain(cause);
    });
    socket.on('close', (code) => {
      if (code === withoutFarewell) this.#error ??= this.#explain(new Error('socket hang up'));
      this.#ended = true;
      this.#wake?.();
    });
  }

  get messages(): AsyncIterable<Message> {
    return this.#read();
  }

  async send(message: Message): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(message, { binary: typeof message !== 'string' }, (cause) => {
        if (cause) reject(this.#explain(cause));
        else resolve();
      });
    });
  }

  close(): void {
    // A side that is paused would not hear the other's farewell.
    if (this.#socket.isPaused) this.#socket.resume();
    this.#socket.close();
  }

  drop(): void {
    this.#socket.terminate();
  }

  async *#read(): AsyncGenerator<Message, void, undefined> {
    for (;;) {
      const message = this.#arrived.shift();
      if (message !== undefined) {
        this.#waiting -= message.length;
        if (this.#socket.isPaused && this.#waiting < enough / 2) this.#socket.resume();
        yield message;
      } else if (this.#error !== undefined) {
        throw this.#error;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #push(message: Message): void {
    this.#arrived.push(message);
    this.#waiting += message.length;
    if (this.#waiting >= enough && this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.pause();
    }
    this.#wake?.();
  }
}

/** Throws what the daemon says in place of a conversation. */
async function readRefusal(what: string, response: IncomingMessage): Promise<void> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > longestRefusal) throw new PebbleProtocolError(what, 'its refusal does not end');
    pieces.push(piece);
  }
  const status = response.statusCode ?? 0;
  if (status < 300) {
    throw new PebbleProtocolError(what, `it answers with ${status} in place of a conversation`);
  }
  const text = Buffer.concat(pieces).toString('utf8');
  readResult(what, parseEnvelope(what, text, status), anything);
  throw new PebbleProtocolError(what, `it answers with ${status} and no refusal`);
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}

const connectFailures: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use the socket',
  ECONNREFUSED: 'nothing listens on the socket',
  ENOENT: 'there is no such socket',
};

/** What a lost connection is called by sockets, by HTTP, and by the library itself. */
const lost =
  /socket hang up|ECONNRESET|EPIPE|closed before|not open|ERR_STREAM|has been (ended|destroyed)|after end/i;

function explain(socketPath: string, what: string, cause: unknown): PebbleError {
  if (cause instanceof PebbleError) return cause;
  const code =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (cause instanceof Error && 'syscall' in cause && cause.syscall === 'connect') {
    const why = connectFailures[code] ?? messageOf(cause);
    return new PebbleConnectionError(socketPath, 'connect', why, { cause });
  }
  if (lost.test(`${code} ${messageOf(cause)}`)) {
    const why = 'the daemon closed the connection';
    return new PebbleConnectionError(socketPath, 'exchange', why, { cause });
  }
  return new PebbleProtocolError(what, messageOf(cause), { cause });
}
