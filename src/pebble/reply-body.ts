/** What a body asks of the connection that it comes from. */
export interface BodySource {
  pause(): void;
  resume(): void;
  /** The reader has left before the end. */
  leave(): void;
}

/** Bytes that may wait for a reader before the connection is told to pause. */
const enough = 256 * 1024;

/**
 * The body of a reply: pieces go in as they arrive, and come out as they are asked for. It is read
 * once, by one reader.
 */
export class ReplyBody implements AsyncIterableIterator<Uint8Array> {
  readonly #source: BodySource;
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #paused = false;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(source: BodySource) {
    this.#source = source;
  }

  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#waiting += piece.length;
    if (this.#waiting > enough && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Ends it with an error, after the pieces that have arrived. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.#taken(piece.length);
        return { done: false, value: piece };
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#pieces = [];
    if (!this.#ended) {
      this.#ended = true;
      this.#source.leave();
      this.#wake?.();
    }
    return await Promise.resolve({ done: true, value: undefined });
  }

  #taken(bytes: number): void {
    this.#waiting -= bytes;
    if (this.#paused && this.#waiting <= enough / 2) {
      this.#paused = false;
      if (!this.#ended) this.#source.resume();
    }
  }
}
