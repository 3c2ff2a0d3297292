import type { Connections } from './connections.ts';
import { Deadline } from './deadline.ts';
import { endingOf } from './ending.ts';
import { PebbleConnectionError } from './errors.ts';
import type { MessageConnection, MessageTransport } from './message-transport.ts';
import type { PebbleRequest, PebbleResponse } from './transport.ts';

/** How many connections a transport may hold. */
export interface UnixSocketTransportOptions {
  /**
   * Connections at one time; more exchanges wait for their turn.
   *
   * @default 16
   */
  readonly maxSockets?: number | undefined;
}

/** Speaks HTTP over a daemon's unix socket, and keeps connections for the next exchange. */
export class UnixSocketTransport implements MessageTransport {
  readonly socketPath: string;
  readonly #maxSockets: number;
  #connections: Promise<Connections> | undefined;
  #closed = false;

  constructor(socketPath: string, { maxSockets = 16 }: UnixSocketTransportOptions = {}) {
    this.socketPath = socketPath;
    this.#maxSockets = maxSockets;
  }

  async request(
    request: PebbleRequest,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<PebbleResponse> {
    this.#throwIfClosed();
    this.#connections ??= this.#open();
    const connections = await this.#connections;
    const ending = options instanceof Deadline ? options : endingOf(options.signal);
    return await connections.request(request, ending);
  }

  async openMessages(
    path: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<MessageConnection> {
    this.#throwIfClosed();
    // Only executing commands needs it.
    const { openWebSocket } = await import('./web-socket.ts');
    return await openWebSocket(this.socketPath, path, options.signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    (await this.#connections)?.close();
  }

  #throwIfClosed(): void {
    if (this.#closed) {
      throw new PebbleConnectionError(this.socketPath, 'connect', 'the transport is closed');
    }
  }

  /** Loaded at the first request: most dispatches speak to no daemon. */
  async #open(): Promise<Connections> {
    const { Connections } = await import('./connections.ts');
    return new Connections(this.socketPath, this.#maxSockets);
  }
}
