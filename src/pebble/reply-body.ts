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
  #pieces: Buffer[] = [];
  #waiting = 0;
  #paused = false;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(source: BodySource) {
    this.#source = source;
  }

  push(piece: Buffer): void {
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

  /** All of it, when all of it has come. Undefined while some is to come, or when it broke off. */
  takeWhole(): Buffer | undefined {
    if (!this.#ended || this.#error !== undefined) return undefined;
    const pieces = this.#pieces;
    this.#pieces = [];
    const [first] = pieces;
    return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
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
