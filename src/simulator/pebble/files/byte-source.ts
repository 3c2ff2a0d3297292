import { CharmwrightError } from '../../../errors.ts';

/** How many bytes after a mark decide whether it is one. */
const lookahead = 2;

/** The bytes ended before what was looked for. */
export class BytesEndedError extends CharmwrightError {
  readonly code = 'bytes-ended';
}

/** Bytes that are read up to marks, whatever the chunks in which they arrive. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer;

  /** @param first bytes to come before those of `chunks`. */
  constructor(chunks: AsyncIterable<Uint8Array>, first: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#held = Buffer.from(first, 'latin1');
  }

  /**
   * Yields what comes before the mark and takes the mark away. No more than a chunk is held.
   *
   * @param follows what the text after the mark begins like; without it the mark is no mark.
   * @throws {BytesEndedError}
   */
  async *until(mark: Buffer, follows?: RegExp): AsyncGenerator<Uint8Array> {
    let from = 0;
    for (;;) {
      const index = this.#held.indexOf(mark, from);
      if (index !== -1) {
        const end = index + mark.length;
        if (follows !== undefined && this.#held.length < end + lookahead) {
          await this.#more();
          continue;
        }
        const next = this.#held.subarray(end, end + lookahead);
        if (follows?.test(next.toString('latin1')) === false) {
          from = index + 1;
          continue;
        }
        const before = this.#held.subarray(0, index);
        this.#held = this.#held.subarray(end);
        if (before.length > 0) {
          yield before;
        }
        return;
      }
      from = 0;
      const sure = this.#held.length - mark.length + 1;
      if (sure > 0) {
        const before = this.#held.subarray(0, sure);
        this.#held = this.#held.subarray(sure);
        yield before;
      }
      await this.#more();
    }
  }

  /** Takes an exact number of bytes. @throws {BytesEndedError} */
  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      await this.#more();
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) {
      throw new BytesEndedError('EOF');
    }
    this.#held =
      this.#held.length === 0
        ? Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
        : Buffer.concat([this.#held, next.value]);
  }
}
