import { GobError } from './errors.ts';

/** Chunks of this size are not worth joining before their message is there. */
const joinedSize = 32_768;

/** Cuts a stream of bytes into messages, each after its length. */
export class MessageQueue {
  readonly #longest: number;
  #chunks: Buffer[] = [];
  #length = 0;
  /** Of the message that is arriving; undefined while its length is not known. */
  #awaited: number | undefined;

  /** @param longest the most bytes that a message may have. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  get isEmpty(): boolean {
    return this.#length === 0 && this.#awaited === undefined;
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    // A sender of single bytes is not to cost a hundred bytes of memory for each.
    let last = bytes;
    for (;;) {
      const before = this.#chunks.at(-1);
      if (before === undefined || before.length > last.length || last.length >= joinedSize) break;
      last = Buffer.concat([before, last]);
      this.#chunks.pop();
    }
    this.#chunks.push(last);
  }

  /**
   * The next message, once all of it is there.
   *
   * @throws {GobError} when its length is none, or too much.
   */
  take(): Buffer | undefined {
    this.#awaited ??= this.#takeLength();
    if (this.#awaited === undefined || this.#awaited > this.#length) return undefined;
    const message = this.#cut(this.#awaited);
    this.#awaited = undefined;
    return message;
  }

  #takeLength(): number | undefined {
    const first = this.#chunks[0]?.[0];
    if (first === undefined) return undefined;
    if (first < 128) {
      this.#cut(1);
      return this.#checked(first);
    }
    const count = 256 - first;
    if (count > 8) throw new GobError(`a length of ${count} bytes`);
    if (this.#length < 1 + count) return undefined;
    return this.#checked(Number(`0x${this.#cut(1 + count).toString('hex', 1)}`));
  }

  #checked(length: number): number {
    if (length === 0) throw new GobError('an empty message');
    if (length > this.#longest) throw new GobError(`a message of ${length} bytes`);
    return length;
  }

  /** Joins what has arrived only when the bytes asked for are all there, so each is copied once. */
  #cut(count: number): Buffer {
    const [first = Buffer.alloc(0)] = this.#chunks;
    const whole = first.length >= count ? first : Buffer.concat(this.#chunks, this.#length);
    if (whole !== first) this.#chunks = [whole];
    const rest = whole.subarray(count);
    if (rest.length > 0) this.#chunks[0] = rest;
    else this.#chunks.shift();
    this.#length -= count;
    return whole.subarray(0, count);
  }
}
