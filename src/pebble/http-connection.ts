import { connect, type Socket } from 'node:net';

import { messageOf } from '../errors.ts';
import { PebbleConnectionError, PebbleError, PebbleProtocolError } from './errors.ts';
import { ReplyBody } from './reply-body.ts';
import { BrokenReplyError, ReplyParser } from './reply-parser.ts';
import { requestHead } from './request-head.ts';
import type { PebbleRequest, PebbleResponse } from './transport.ts';

/** A connection that was kept from an earlier exchange turned out to be dead. */
export class StaleConnectionError extends Error {
  /** The daemon cannot have acted on the request, or acting twice does no harm. */
  readonly mayRepeat: boolean;
  readonly connectionError: PebbleConnectionError;

  constructor(connectionError: PebbleConnectionError, mayRepeat: boolean) {
    super(connectionError.message, { cause: connectionError });
    this.name = 'StaleConnectionError';
    this.mayRepeat = mayRepeat;
    this.connectionError = connectionError;
  }
}

const connectFailures: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use the socket',
  ECONNREFUSED: 'nothing listens on the socket',
  ENOENT: 'there is no such socket',
};

/** Bytes that may wait in this process for the daemon, while the next ones are fetched. */
const enough = 512 * 1024;

/** One exchange on a connection, from its first byte to the last of its reply. */
interface Exchange {
  readonly parser: ReplyParser;
  readonly body: ReplyBody;
  /** All of the request was handed to the socket. */
  sent: boolean;
  /** Any byte of a reply has come. */
  received: boolean;
  /** The headers of the reply have come. */
  answered: boolean;
  fail(error: PebbleError): void;
  /** Lets a sender go on that waits for room, or tells it to stop. */
  wake: () => void;
}

/** A connection to a daemon's socket, which carries one HTTP exchange after the other. */
export class HttpConnection {
  readonly #socketPath: string;
  readonly #socket: Socket;
  readonly #onFree: (usable: boolean) => void;
  #exchange: Exchange | undefined;
  #used = false;

  /** @param onFree told when an exchange is through, and whether another one may follow. */
  constructor(socketPath: string, onFree: (usable: boolean) => void) {
    this.#socketPath = socketPath;
    this.#onFree = onFree;
    this.#socket = connect(socketPath);
    this.#socket.on('data', (bytes) => this.#receive(bytes));
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('error', (cause) => this.#fail(this.#explain(cause)));
    this.#socket.on('close', () => this.#fail(this.#closed()));
  }

  /** Whether the daemon has not closed it, as far as this process has noticed. */
  get usable(): boolean {
    return !this.#socket.destroyed && this.#socket.readable && this.#socket.writable;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Sends a request and resolves when the reply's headers have arrived. */
  async exchange(request: PebbleRequest, signal: AbortSignal | undefined): Promise<PebbleResponse> {
    const reused = this.#used;
    this.#used = true;
    this.#socket.ref();
    return await new Promise<PebbleResponse>((resolve, reject) => {
      const stop = (): void => this.#abandon(this.#explain(signal?.reason));
      const body = new ReplyBody({
        pause: () => this.#socket.pause(),
        resume: () => this.#socket.resume(),
        leave: () => this.#abandon(this.#closed()),
      });
      const exchange: Exchange = {
        parser: new ReplyParser({
          head: (head) => {
            exchange.answered = true;
            exchange.wake();
            resolve({ ...head, body });
          },
          body: (piece) => body.push(piece),
          end: () => {
            body.end();
            signal?.removeEventListener('abort', stop);
            this.#finish(exchange);
          },
        }),
        body,
        sent: false,
        received: false,
        answered: false,
        fail: (error) => {
          signal?.removeEventListener('abort', stop);
          body.fail(error);
          reject(
            reused && !exchange.received && error instanceof PebbleConnectionError
              ? new StaleConnectionError(error, mayRepeat(request, error.cause))
              : error,
          );
        },
        wake: () => undefined,
      };
      this.#exchange = exchange;
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted === true) {
        stop();
        return;
      }
      this.#send(exchange, request).catch((error: unknown) => {
        // The source failed, not the daemon: its error is the caller's own.
        reject(error);
        this.destroy();
      });
    });
  }

  async #send(exchange: Exchange, request: PebbleRequest): Promise<void> {
    const { body } = request;
    const head = requestHead(request);
    if (body === undefined || typeof body === 'string') {
      this.#socket.write(head + (body ?? ''));
      exchange.sent = true;
    } else {
      this.#socket.write(head);
      exchange.sent = await this.#sendPieces(exchange, body);
    }
  }

  /**
   * Sends a body no faster than the daemon takes it, until it answers or goes away. Returns whether
   * it was sent to its end.
   */
  async #sendPieces(exchange: Exchange, body: AsyncIterable<Uint8Array>): Promise<boolean> {
    // Pieces that come in one go leave in one go.
    this.#socket.cork();
    setImmediate(() => this.#socket.uncork());
    for await (const piece of body) {
      if (exchange.answered || this.#exchange !== exchange) return false;
      if (piece.length === 0) continue;
      this.#sendChunk(exchange, piece);
      while (this.#socket.writableLength > enough) {
        await new Promise<void>((resolve) => {
          exchange.wake = resolve;
        });
        if (exchange.answered || this.#exchange !== exchange) return false;
      }
    }
    if (exchange.answered || this.#exchange !== exchange) return false;
    this.#socket.write('0\r\n\r\n', 'latin1');
    return true;
  }

  /** Hands the socket one piece, whose frame and bytes leave in one system call. */
  #sendChunk(exchange: Exchange, piece: Uint8Array): void {
    this.#socket.cork();
    this.#socket.write(`${piece.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(piece);
    this.#socket.write('\r\n', 'latin1', () => exchange.wake());
    this.#socket.uncork();
  }

  #receive(bytes: Buffer): void {
    const exchange = this.#exchange;
    if (exchange === undefined) {
      // Nobody asked: whatever it is, it must not be taken for the next answer.
      this.destroy();
      return;
    }
    exchange.received = true;
    try {
      exchange.parser.feed(bytes);
    } catch (cause) {
      this.#abandon(this.#explain(cause));
    }
  }

  #ended(): void {
    const exchange = this.#exchange;
    if (exchange !== undefined && !exchange.parser.finish()) this.#fail(this.#closed());
    this.destroy();
  }

  /** The reply is whole. */
  #finish(exchange: Exchange): void {
    this.#exchange = undefined;
    exchange.wake();
    // A daemon that has answered without hearing the request out does not read what follows as one.
    const usable = exchange.sent && exchange.parser.keepAlive && this.usable;
    if (usable) {
      this.#socket.resume();
      this.#socket.unref();
    } else {
      this.destroy();
    }
    this.#onFree(usable);
  }

  #abandon(error: PebbleError): void {
    this.#fail(error);
    this.destroy();
  }

  #fail(error: PebbleError): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.fail(error);
    exchange?.wake();
    if (exchange !== undefined || this.#socket.destroyed) this.#onFree(false);
  }

  #closed(): PebbleConnectionError {
    return new PebbleConnectionError(
      this.#socketPath,
      'exchange',
      'the daemon closed the connection',
    );
  }

  #explain(cause: unknown): PebbleError {
    if (cause instanceof PebbleError) return cause;
    if (cause instanceof BrokenReplyError) {
      const what = `speak with Pebble at ${this.#socketPath}`;
      return new PebbleProtocolError(what, `it is not HTTP: ${messageOf(cause)}`, { cause });
    }
    const code = codeOf(cause);
    if (cause instanceof Error && 'syscall' in cause && cause.syscall === 'connect') {
      const why = connectFailures[code] ?? messageOf(cause);
      return new PebbleConnectionError(this.#socketPath, 'connect', why, { cause });
    }
    const why =
      code === 'ECONNRESET' || code === 'EPIPE'
        ? 'the daemon closed the connection'
        : messageOf(cause);
    return new PebbleConnectionError(this.#socketPath, 'exchange', why, { cause });
  }
}

/** A whole body of text that met a closed connection was not received. */
function mayRepeat({ method, body }: PebbleRequest, cause: unknown): boolean {
  if (method === 'GET') return true;
  return typeof body === 'string' && codeOf(cause) === 'EPIPE';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
