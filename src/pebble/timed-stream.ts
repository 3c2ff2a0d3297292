import type { Deadline } from './deadline.ts';
import type { PebbleResponse } from './transport.ts';

/** Reads a short body to its end within one deadline. */
export async function collect(response: PebbleResponse, deadline: Deadline): Promise<Buffer> {
  const whole = response.takeWhole?.();
  if (whole !== undefined) return whole;
  const pieces: Uint8Array[] = [];
  const iterator = response.body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await deadline.race(iterator.next());
      if (step.done === true) return Buffer.concat(pieces);
      pieces.push(step.value);
    }
  } catch (error) {
    giveUp(iterator);
    throw error;
  }
}

/** Gives each piece of a long body the deadline's whole time, and ends the deadline with the body. */
export class TimedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #deadline: Deadline;
  #ended = false;

  constructor(body: AsyncIterable<Uint8Array>, deadline: Deadline) {
    this.#iterator = body[Symbol.asyncIterator]();
    this.#deadline = deadline;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#ended) return { done: true, value: undefined };
    this.#deadline.restart();
    try {
      const step = await this.#deadline.race(this.#iterator.next());
      if (step.done !== true) {
        this.#deadline.pause();
        return step;
      }
      this.#end();
      return { done: true, value: undefined };
    } catch (error) {
      this.#end();
      giveUp(this.#iterator);
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#ended) {
      this.#end();
      giveUp(this.#iterator);
    }
    return await Promise.resolve({ done: true, value: undefined });
  }

  #end(): void {
    this.#ended = true;
    this.#deadline.end();
  }
}

/** Restarts the deadline with each piece that is taken to be sent. */
export class RestartingBody implements AsyncIterableIterator<Uint8Array> {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #deadline: Deadline;

  constructor(body: AsyncIterable<Uint8Array>, deadline: Deadline) {
    this.#iterator = body[Symbol.asyncIterator]();
    this.#deadline = deadline;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, unknown>> {
    const step = await this.#iterator.next();
    if (step.done !== true) this.#deadline.restart();
    return step;
  }

  async return(): Promise<IteratorResult<Uint8Array, unknown>> {
    return (await this.#iterator.return?.()) ?? { done: true, value: undefined };
  }
}

/** Lets go of a source without waiting for it: it may be the one that hangs. */
function giveUp(iterator: AsyncIterator<Uint8Array>): void {
  const given = iterator.return?.();
  // What it says on its way out changes nothing: the reader has left, or knows a better error.
  given?.catch(() => undefined);
}
