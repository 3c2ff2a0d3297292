import { connect, type Socket } from 'node:net';

import { messageOf } from '../errors.ts';
import { monotonicTime } from '../monotonic-time.ts';
import type { Ending } from './ending.ts';
import { PebbleError, PebbleProtocolError } from './errors.ts';
import { HttpExchange, type ExchangeCarrier } from './http-exchange.ts';
import { BrokenReplyError } from './reply-head.ts';
import { lostConnection, socketFailure } from './socket-failure.ts';
import type { PebbleRequest, PebbleResponse } from './transport.ts';

/** Bytes that may wait in this process for the daemon, while the next ones are fetched. */
const enough = 512 * 1024;
/** Milliseconds after which a kept connection is looked at before it is trusted. */
const trustedFor = 5;

/** What sockets read into: one for all of them, as what it holds is taken out at once. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** A connection to a daemon's socket, which carries one HTTP exchange after the other. */
export class HttpConnection implements ExchangeCarrier {
  readonly #socketPath: string;
  readonly #socket: Socket;
  readonly #onFree: (usable: boolean) => void;
  #exchange: HttpExchange | undefined;
  #usable = true;
  #freeSince: number | undefined;

  /** @param onFree told when an exchange is through, and whether another one may follow. */
  constructor(socketPath: string, onFree: (usable: boolean) => void) {
    this.#socketPath = socketPath;
    this.#onFree = onFree;
    this.#socket = connect({
      path: socketPath,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.#receive(Buffer.from(readBuffer.subarray(0, length)));
          return true;
        },
      },
    });
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('error', (cause) => this.#fail(this.#explain(cause)));
    this.#socket.on('close', () => this.#fail(lostConnection(this.#socketPath)));
  }

  /** Whether the daemon has not closed it, as far as this process has noticed. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Whether it was free a moment ago, so that its end would hardly have gone unnoticed. */
  get isFresh(): boolean {
    return monotonicTime() - (this.#freeSince ?? 0) < trustedFor;
  }

  destroy(): void {
    this.#usable = false;
    this.#socket.destroy();
  }

  /**
   * Sends a request and resolves when the reply's headers have arrived.
   *
   * @param head the lines that it begins with.
   */
  async exchange(request: PebbleRequest, head: string, ending: Ending): Promise<PebbleResponse> {
    const exchange = new HttpExchange(request, this, this.#freeSince !== undefined, ending);
    this.#exchange = exchange;
    if (ending.reason === undefined) {
      this.#socket.ref();
      this.#send(exchange, head, request.body ?? '');
    } else {
      this.stop(ending.reason);
    }
    return await exchange.response;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  leave(): void {
    this.#abandon(lostConnection(this.#socketPath));
  }

  stop(reason: unknown): void {
    this.#abandon(this.#explain(reason));
  }

  finish(): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#exchange = undefined;
    exchange.wake();
    // A daemon that has answered without hearing the request out does not read what follows as one.
    if (exchange.sent && exchange.parser.keepAlive && this.#usable) {
      if (this.#socket.isPaused()) this.#socket.resume();
      this.#socket.unref();
      this.#freeSince = monotonicTime();
      this.#onFree(true);
    } else {
      this.destroy();
      this.#onFree(false);
    }
  }

  #send(exchange: HttpExchange, head: string, body: string | AsyncIterable<Uint8Array>): void {
    if (typeof body === 'string') {
      this.#socket.write(head + body);
      exchange.sent = true;
    } else {
      this.#socket.write(head, 'latin1');
      this.#sendPieces(exchange, body).catch((error: unknown) => {
        exchange.failSource(error);
        this.destroy();
      });
    }
  }

  /** Sends a body no faster than the daemon takes it, until it answers or goes away. */
  async #sendPieces(exchange: HttpExchange, body: AsyncIterable<Uint8Array>): Promise<void> {
    const wake = (): void => exchange.wake();
    // The end of a chunk leaves with the beginning of the next one.
    let endOfLast = '';
    // Pieces that come in one go leave in one go.
    this.#socket.cork();
    setImmediate(() => this.#socket.uncork());
    for await (const piece of body) {
      if (exchange.answered || this.#exchange !== exchange) return;
      if (piece.length === 0) continue;
      // One system call for both.
      this.#socket.cork();
      this.#socket.write(`${endOfLast}${piece.length.toString(16)}\r\n`, 'latin1');
      this.#socket.write(piece, wake);
      this.#socket.uncork();
      endOfLast = '\r\n';
      while (this.#socket.writableLength > enough) {
        await exchange.room();
        if (exchange.answered || this.#exchange !== exchange) return;
      }
    }
    if (exchange.answered || this.#exchange !== exchange) return;
    this.#socket.write(`${endOfLast}0\r\n\r\n`, 'latin1');
    exchange.sent = true;
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
    if (exchange !== undefined && !exchange.parser.finish())
      this.#fail(lostConnection(this.#socketPath));
    this.destroy();
  }

  #abandon(error: PebbleError): void {
    this.#fail(error);
    this.destroy();
  }

  #fail(error: PebbleError): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#usable = false;
    exchange?.fail(error);
    if (exchange !== undefined || this.#socket.destroyed) this.#onFree(false);
  }

  #explain(cause: unknown): PebbleError {
    if (cause instanceof PebbleError) return cause;
    if (cause instanceof BrokenReplyError) {
      const what = `speak with Pebble at ${this.#socketPath}`;
      return new PebbleProtocolError(what, `it is not HTTP: ${messageOf(cause)}`, { cause });
    }
    return socketFailure(this.#socketPath, cause);
  }
}
