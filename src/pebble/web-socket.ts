import { connect, type Socket } from 'node:net';

import { messageOf } from '../errors.ts';
import { anything, parseEnvelope, readResult } from './envelope.ts';
import { PebbleError, PebbleProtocolError } from './errors.ts';
import type { Message, MessageConnection } from './message-transport.ts';
import { BrokenReplyError, type ReplyHead } from './reply-head.ts';
import { ReplyParser, type ReplyListener } from './reply-parser.ts';
import { requestHead } from './request-head.ts';
import { lostConnection, socketFailure } from './socket-failure.ts';
import { BrokenFrameError, FrameReader, frameHead, opcodes } from './web-socket-frame.ts';

/** A refusal is an envelope. */
const longestRefusal = 64 * 1024;
/** Bytes that may wait for a reader before the other side has to. */
const enough = 256 * 1024;
/** Bytes of a payload that are put beside its head: two writes take longer than the copy. */
const longestCopied = 4 * 1024;
/** Milliseconds that the other side has for its farewell. */
const farewell = 1_000;

/**
 * Always the same key, and what a server makes of it: a key is there to tell a server's answer from
 * what a cache has kept, and there is none behind a unix socket.
 */
const key = 'Y2hhcm13cmlnaHQvcGViYg==';
const acceptance = '5KWC/2JGqbDEVqdijP2LiupeHmM=';

/** Begins a conversation over the WebSocket at a path of the daemon that serves a unix socket. */
export async function openWebSocket(
  socketPath: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<MessageConnection> {
  const headers = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': key,
    'sec-websocket-version': '13',
  };
  const request = requestHead({ method: 'GET', path, headers });
  const connection = new WebSocketConnection(socketPath, `open ${path}`);
  const stop = (): void => connection.stop(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    await connection.begin(request);
    return connection;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** A WebSocket as its client sees it, from the request that asks for it on. */
class WebSocketConnection implements MessageConnection, ReplyListener {
  readonly #socketPath: string;
  readonly #what: string;
  readonly #socket: Socket;
  readonly #parser = new ReplyParser(this);
  readonly #frames = new FrameReader({
    text: (message) => this.#push(message),
    binary: (message) => this.#push(message),
    ping: (payload) => {
      this.#write(opcodes.pong, payload);
    },
    close: () => {
      this.#heardFarewell = true;
      this.close();
      this.#socket.end();
    },
  });
  readonly #begun: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: PebbleError) => void = () => undefined;
  #status = 0;
  readonly #refusal: Buffer[] = [];
  #refusalLength = 0;
  readonly #arrived: Message[] = [];
  #waiting = 0;
  #ended = false;
  #saidFarewell = false;
  #heardFarewell = false;
  #farewellTimer: NodeJS.Timeout | undefined;
  #error: PebbleError | undefined;
  #wake: (() => void) | undefined;

  constructor(socketPath: string, what: string) {
    this.#socketPath = socketPath;
    this.#what = what;
    this.#begun = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#socket = connect(socketPath);
    this.#socket.on('data', (bytes) => this.#receive(bytes));
    this.#socket.on('end', () => this.#receiveEnd());
    this.#socket.on('error', (cause) => this.#fail(cause));
    this.#socket.on('close', () => {
      clearTimeout(this.#farewellTimer);
      if (!this.#heardFarewell) this.#fail(lostConnection(this.#socketPath));
      this.#ended = true;
      this.#wake?.();
    });
  }

  /** Sends the request and resolves when the daemon has taken up the conversation. */
  async begin(request: string): Promise<void> {
    this.#socket.write(request, 'latin1');
    await this.#begun;
  }

  /** Breaks off what has not begun yet. */
  stop(reason: unknown): void {
    this.#fail(reason);
  }

  get messages(): AsyncIterable<Message> {
    return this.#read();
  }

  async send(message: Message): Promise<void> {
    const isText = typeof message === 'string';
    const payload = isText ? Buffer.from(message) : message;
    await new Promise<void>((resolve, reject) => {
      const done = (cause?: Error | null): void => {
        if (cause) reject(this.#explain(cause));
        else resolve();
      };
      if (this.#saidFarewell || this.#ended) done(lostConnection(this.#socketPath));
      else this.#write(isText ? opcodes.text : opcodes.binary, payload, done);
    });
  }

  close(): void {
    // A side that is paused would not hear the other's farewell.
    if (this.#socket.isPaused()) this.#socket.resume();
    if (this.#saidFarewell || this.#ended) return;
    this.#write(opcodes.close, Buffer.alloc(0));
    this.#saidFarewell = true;
    this.#farewellTimer = setTimeout(() => this.drop(), farewell);
  }

  drop(): void {
    this.#socket.destroy();
  }

  head({ status, headers }: ReplyHead): void {
    this.#status = status;
    if (status !== 101) return;
    const upgrade = headers['upgrade']?.toLowerCase();
    if (upgrade !== 'websocket' || headers['sec-websocket-accept'] !== acceptance) {
      throw new BrokenReplyError('it takes up another conversation than was asked for');
    }
    this.#resolve();
  }

  body(bytes: Buffer): void {
    if (this.#status === 101) {
      this.#frames.feed(bytes);
      return;
    }
    this.#refusalLength += bytes.length;
    if (this.#refusalLength > longestRefusal) {
      throw new PebbleProtocolError(this.#what, 'its refusal does not end');
    }
    this.#refusal.push(bytes);
  }

  /** The reply is whole, and was a refusal; a conversation ends with its socket. */
  end(): void {
    if (this.#status !== 101) this.#throwRefusal();
  }

  /** Throws what the daemon says in place of a conversation. */
  #throwRefusal(): never {
    const status = this.#status;
    if (status < 300) {
      const why = `it answers with ${status} in place of a conversation`;
      throw new PebbleProtocolError(this.#what, why);
    }
    const text = Buffer.concat(this.#refusal).toString('utf8');
    readResult(this.#what, parseEnvelope(this.#what, text, status), anything);
    throw new PebbleProtocolError(this.#what, `it answers with ${status} and no refusal`);
  }

  #receive(bytes: Buffer): void {
    try {
      this.#parser.feed(bytes);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #receiveEnd(): void {
    try {
      this.#parser.finish();
      if (!this.#heardFarewell) throw lostConnection(this.#socketPath);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  /** Hands the socket a frame, which leaves in one system call. */
  #write(opcode: number, payload: Uint8Array, done?: (cause?: Error | null) => void): void {
    const head = frameHead(opcode, payload.length);
    if (payload.length <= longestCopied) {
      this.#socket.write(Buffer.concat([head, payload]), done);
      return;
    }
    this.#socket.cork();
    this.#socket.write(head);
    this.#socket.write(payload, done);
    this.#socket.uncork();
  }

  #fail(cause: unknown): void {
    this.#error ??= this.#explain(cause);
    this.#reject(this.#error);
    this.#socket.destroy();
  }

  #explain(cause: unknown): PebbleError {
    if (cause instanceof PebbleError) return cause;
    if (cause instanceof BrokenReplyError || cause instanceof BrokenFrameError) {
      return new PebbleProtocolError(this.#what, messageOf(cause), { cause });
    }
    return socketFailure(this.#socketPath, cause);
  }

  async *#read(): AsyncGenerator<Message, void, undefined> {
    for (;;) {
      const message = this.#arrived.shift();
      if (message !== undefined) {
        this.#waiting -= message.length;
        if (this.#socket.isPaused() && this.#waiting < enough / 2) this.#socket.resume();
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
    if (this.#waiting >= enough && !this.#saidFarewell) this.#socket.pause();
    this.#wake?.();
  }
}
