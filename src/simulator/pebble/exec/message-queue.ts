import type { Message } from '../../../pebble/message-transport.ts';

/** Bytes that may wait for the reader before more is a burden. */
const enough = 256 * 1024;

/** Messages that have arrived and wait for their one reader. */
export class MessageQueue implements AsyncIterable<Message> {
  readonly #onRelief: () => void;
  #messages: Message[] = [];
  #size = 0;
  #ended = false;
  #ignored = false;
  #wake: (() => void) | undefined;

  /** @param onRelief called when there is room again after {@link full} was true. */
  constructor(onRelief: () => void) {
    this.#onRelief = onRelief;
  }

  /** Whether the other side had better wait. */
  get full(): boolean {
    return this.#size >= enough;
  }

  push(message: Message): void {
    if (this.#ended || this.#ignored) return;
    this.#messages.push(message);
    this.#size += message.length;
    this.#wake?.();
  }

  /** Nothing more comes; what has come is still read. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Forgets what waits and all that comes. */
  ignore(): void {
    this.#ignored = true;
    this.#messages = [];
    this.#size = 0;
    this.#onRelief();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void, undefined> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) {
        const wasFull = this.full;
        this.#size -= message.length;
        if (wasFull && !this.full) this.#onRelief();
        yield message;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
