import type { Connections } from './connections.ts';
import { PebbleConnectionError } from './errors.ts';
import type { PebbleRequest, PebbleResponse, PebbleTransport } from './transport.ts';

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
export class UnixSocketTransport implements PebbleTransport {
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
    if (this.#closed) {
      throw new PebbleConnectionError(this.socketPath, 'connect', 'the transport is closed');
    }
    this.#connections ??= this.#open();
    const connections = await this.#connections;
    return await connections.request(request, options.signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    (await this.#connections)?.close();
  }

  /** Loaded at the first request: most dispatches speak to no daemon. */
  async #open(): Promise<Connections> {
    const { Connections } = await import('./connections.ts');
    return new Connections(this.socketPath, this.#maxSockets);
  }
}
