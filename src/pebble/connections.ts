import { Agent } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { httpExchange, StaleConnectionError } from './http-exchange.ts';
import type { PebbleRequest, PebbleResponse } from './transport.ts';

/** The connections to one socket. They are kept for the next exchange. */
export class Connections {
  readonly #socketPath: string;
  readonly #agent: Agent;

  constructor(socketPath: string, maxSockets: number) {
    this.#socketPath = socketPath;
    this.#agent = new Agent({ keepAlive: true, maxSockets, maxFreeSockets: maxSockets });
  }

  async request(request: PebbleRequest, signal: AbortSignal | undefined): Promise<PebbleResponse> {
    // Lets the end of kept connections whose daemon has gone be noticed before one is chosen.
    if (this.#kept().length > 0) await nextTurn();
    const target = { agent: this.#agent, socketPath: this.#socketPath };
    try {
      return await httpExchange(target, request, signal);
    } catch (error) {
      if (!(error instanceof StaleConnectionError)) throw error;
      if (!error.mayRepeat) throw error.connectionError;
      for (const socket of this.#kept()) socket.destroy();
    }
    try {
      return await httpExchange(target, request, signal);
    } catch (error) {
      throw error instanceof StaleConnectionError ? error.connectionError : error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #kept(): readonly { destroy(): void }[] {
    return Object.values(this.#agent.freeSockets).flatMap((sockets) => sockets ?? []);
  }
}
