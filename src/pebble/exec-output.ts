import * as z from 'zod/mini';

import { PebbleProtocolError } from './errors.ts';
import type { MessageConnection } from './message-transport.ts';

/** How much of an output that nobody reads is kept, for the message of an error. */
const longestTail = 1024;

/**
 * What a process writes: read once, by one reader. A process whose output is not read has to wait
 * with more of it.
 */
export class ExecOutput implements AsyncIterable<Uint8Array> {
  readonly #pieces: AsyncGenerator<Uint8Array, void, undefined>;
  readonly #onEnd: () => void;
  #reader: 'nobody' | 'caller' | 'drain' = 'nobody';
  #tail: Buffer = Buffer.alloc(0);

  /** @internal */
  constructor(pieces: AsyncGenerator<Uint8Array, void, undefined>, onEnd: () => void) {
    this.#pieces = pieces;
    this.#onEnd = onEnd;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, void, undefined> {
    if (this.#reader !== 'nobody') {
      throw new Error(
        'the output of the process is read already. Read it before or instead of wait(), or use waitOutput().',
      );
    }
    this.#reader = 'caller';
    return this.#read();
  }

  /** The pieces as text: a character that is spread over two of them comes whole. */
  async *decoded(): AsyncGenerator<string, void, undefined> {
    const decoder = new TextDecoder();
    for await (const piece of this) {
      const text = decoder.decode(piece, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  }

  /** Reads all of it. */
  async bytes(): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Reads all of it as UTF-8. */
  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  /** Its last bytes, as far as nobody else reads them. @internal */
  get tail(): string {
    return this.#tail.toString('utf8');
  }

  /** Lets what nobody reads run by. @internal */
  async drain(): Promise<void> {
    if (this.#reader !== 'nobody') return;
    this.#reader = 'drain';
    for await (const piece of this.#read()) {
      this.#tail = Buffer.concat([this.#tail, piece]).subarray(-longestTail);
    }
  }

  async *#read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const piece of this.#pieces) yield piece;
    } finally {
      this.#onEnd();
    }
  }
}

const commandSchema = z.object({ command: z.string() });
export const endCommand: string = JSON.stringify({ command: 'end' });

/** The bytes of one stream, up to the mark that ends it. */
export async function* readStream(
  what: string,
  connection: MessageConnection,
  reasonOfEnd: () => Error | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const message of connection.messages) {
      if (typeof message !== 'string') yield message;
      else if (isEnd(message)) return;
    }
  } catch (error) {
    throw reasonOfEnd() ?? error;
  }
  throw (
    reasonOfEnd() ?? new PebbleProtocolError(what, 'its output ends without the mark of its end')
  );
}

/** Other commands may come one day, and mean nothing here. */
function isEnd(message: string): boolean {
  try {
    const parsed = commandSchema.safeParse(JSON.parse(message));
    return parsed.success && parsed.data.command === 'end';
  } catch {
    return false;
  }
}
