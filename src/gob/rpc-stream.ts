import type { Socket } from 'node:net';
import { GobDecoder } from './decoder.ts';
import { GobEncoder } from './encoder.ts';
import type { GobType } from './types.ts';

/** What one side makes of what the other one sends. */
export interface RpcStreamHandlers<H> {
  /**
   * Takes the message behind a header.
   *
   * @returns false while it has not wholly arrived; it is asked again then
   */
  readonly take: (header: H, decoder: GobDecoder) => boolean;
  /** What arrived cannot be understood, or was not taken well. Nothing more is read. */
  readonly onFault: (error: unknown) => void;
}

/** One connection of Go's net/rpc, from either side: messages in pairs, a header before each. */
export class RpcStream<H extends object> {
  readonly #socket: Socket;
  readonly #received: GobType<H>;
  readonly #handlers: RpcStreamHandlers<H>;
  readonly #decoder = new GobDecoder();
  readonly #encoder = new GobEncoder();
  #header: H | undefined;
  #faulty = false;

  /** @param received the headers that the other side sends */
  constructor(socket: Socket, received: GobType<H>, handlers: RpcStreamHandlers<H>) {
    this.#socket = socket;
    this.#received = received;
    this.#handlers = handlers;
    socket.on('data', (bytes: Buffer) => {
      this.#receive(bytes);
    });
  }

  /** Sends a header and what follows it, in one piece. */
  send<S, B>(headerType: GobType<S>, header: S, bodyType: GobType<B>, body: B): void {
    const first = this.#encoder.encode(headerType, header);
    this.#socket.write(Buffer.concat([first, this.#encoder.encode(bodyType, body)]));
  }

  #receive(bytes: Buffer): void {
    if (this.#faulty || this.#socket.destroyed) return;
    this.#decoder.push(bytes);
    try {
      while (this.#takePair());
    } catch (error) {
      this.#faulty = true;
      this.#handlers.onFault(error);
    }
  }

  /** Takes one whole pair. @returns whether there was one */
  #takePair(): boolean {
    this.#header ??= this.#decoder.next(this.#received);
    if (this.#header === undefined) return false;
    if (!this.#handlers.take(this.#header, this.#decoder)) return false;
    this.#header = undefined;
    return true;
  }
}
