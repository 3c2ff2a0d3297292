import { CharmwrightError } from '../../../errors.ts';

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
   * @throws {BytesEndedError}
   */
  async *until(mark: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const index = this.#held.indexOf(mark);
      if (index !== -1) {
        const before = this.#held.subarray(0, index);
        this.#held = this.#held.subarray(index + mark.length);
        if (before.length > 0) {
          yield before;
        }
        return;
      }
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
