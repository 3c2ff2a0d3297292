import { PebbleConnectionError } from '../pebble/errors.ts';
import type { MessageTransport } from '../pebble/message-transport.ts';
import { UnixSocketTransport } from '../pebble/unix-socket-transport.ts';
import { HarnessStateError } from './errors.ts';

/** A workload container behind a Pebble that runs, with real processes and files. */
export class RealContainer {
  readonly name: string;
  readonly #socketPath: string;
  #reachable = false;

  constructor(name: string, socketPath: string) {
    this.name = name;
    this.#socketPath = socketPath;
  }

  /** The id of its only boot: what is real does not restart for a test. */
  get bootId(): string {
    return `${this.name}-boot-1`;
  }

  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
  }

  /** Where the charm's requests go in one dispatch. */
  transport(): MessageTransport {
    const transport = new UnixSocketTransport(this.#socketPath);
    return {
      request: async (request, options) => {
        this.#requireReachable();
        return await transport.request(request, options);
      },
      openMessages: async (path, options) => {
        this.#requireReachable();
        return await transport.openMessages(path, options);
      },
      close: async () => await transport.close(),
    };
  }

  /** What cannot be done because nothing here is pretended. */
  refusal(what: string): HarnessStateError {
    return new HarnessStateError(
      `cannot ${what}: the Pebble of ${this.name} is a real one. Speak to it with a PebbleClient at ${this.#socketPath}, or leave the container out of the option pebbles.`,
    );
  }

  #requireReachable(): void {
    if (this.#reachable) return;
    throw new PebbleConnectionError(this.#socketPath, 'connect', 'connect ENOENT');
  }
}
