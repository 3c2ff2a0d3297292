import type { Ending } from './ending.ts';
import { PebbleConnectionError } from './errors.ts';
import { HttpConnection } from './http-connection.ts';
import { StaleConnectionError } from './http-exchange.ts';
import { requestHead } from './request-head.ts';
import type { PebbleRequest, PebbleResponse } from './transport.ts';

/** The connections to one socket. They are kept for the next exchange. */
export class Connections {
  readonly #socketPath: string;
  readonly #maxSockets: number;
  readonly #all = new Set<HttpConnection>();
  /** Those without an exchange, the one that was used last at the end. */
  #free: HttpConnection[] = [];
  /** Exchanges that wait for a connection, in order. */
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(socketPath: string, maxSockets: number) {
    this.#socketPath = socketPath;
    this.#maxSockets = maxSockets;
  }

  async request(request: PebbleRequest, ending: Ending): Promise<PebbleResponse> {
    const head = requestHead(request);
    try {
      // What is streamed cannot be sent again, so it waits for a look at the connection.
      const fresh = typeof request.body === 'object' ? undefined : this.#takeFresh();
      const connection = fresh ?? (await this.#take(ending));
      return await connection.exchange(request, head, ending);
    } catch (error) {
      if (!(error instanceof StaleConnectionError)) throw error;
      if (!error.mayRepeat) throw error.connectionError;
      for (const connection of this.#free) connection.destroy();
    }
    try {
      return await (await this.#take(ending)).exchange(request, head, ending);
    } catch (error) {
      throw error instanceof StaleConnectionError ? error.connectionError : error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#all) connection.destroy();
    for (const goOn of this.#waiting) goOn();
  }

  /** The kept connection that was used last, when that was a moment ago. */
  #takeFresh(): HttpConnection | undefined {
    const last = this.#free.at(-1);
    return last?.usable === true && last.isFresh ? this.#free.pop() : undefined;
  }

  /** A connection for one exchange: a kept one, a new one, or the next that becomes free. */
  async #take(ending: Ending): Promise<HttpConnection> {
    // Lets the end of kept connections whose daemon has gone be noticed before one is chosen.
    if (this.#free.length > 0) await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      ending.throwIfEnded();
      if (this.#closed) {
        throw new PebbleConnectionError(this.#socketPath, 'connect', 'the transport is closed');
      }
      this.#free = this.#free.filter((connection) => connection.usable);
      const kept = this.#free.pop();
      if (kept !== undefined) return kept;
      if (this.#all.size < this.#maxSockets) return this.#open();
      await this.#turn(ending);
    }
  }

  #open(): HttpConnection {
    const connection = new HttpConnection(this.#socketPath, (usable) => {
      if (usable) this.#free.push(connection);
      else this.#all.delete(connection);
      const [next] = this.#waiting;
      next?.();
    });
    this.#all.add(connection);
    return connection;
  }

  async #turn(ending: Ending): Promise<void> {
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        this.#waiting.delete(goOn);
        ending.unlisten(goOn);
        resolve();
      };
      this.#waiting.add(goOn);
      ending.listen(goOn);
    });
  }
}
