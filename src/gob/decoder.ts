import { readDefinition } from './definition.ts';
import { GobError } from './errors.ts';
import { GobInput } from './input.ts';
import { MessageQueue } from './message-queue.ts';
import type { GobType } from './types.ts';
import { definition, skipValue, type WireType } from './wire-types.ts';

export interface GobDecoderOptions {
  /**
   * The longest message that is taken, in bytes. Memory is used only for what has arrived.
   *
   * @default 134 217 728: a databag of 16 MiB, with every character of its JSON escaped
   */
  readonly maxMessage?: number;
}

const mostTypes = 1000;
const longestDefinition = 65_536;

/**
 * One direction of one connection, for reading. Bytes go in as they arrive; values come out, in
 * order, once they are whole. After a {@link GobError} the stream cannot be read any further.
 */
export class GobDecoder {
  readonly #messages: MessageQueue;
  readonly #types = new Map<number, WireType>();

  constructor({ maxMessage = 128 * 1024 * 1024 }: GobDecoderOptions = {}) {
    this.#messages = new MessageQueue(maxMessage);
  }

  push(bytes: Buffer): void {
    this.#messages.push(bytes);
  }

  /** Whether nothing is left that would begin another value. */
  get isBetweenMessages(): boolean {
    return this.#messages.isEmpty;
  }

  /**
   * The next value, or undefined while it has not wholly arrived.
   *
   * @throws {GobError} when what arrived is not a value of this type.
   */
  next<T extends object>(type: GobType<T>): T | undefined {
    return this.#next((input, wire) => type.read(input, wire, this.#types));
  }

  /**
   * Reads over the next value, a struct of whatever fields. Resolves to false while it has not
   * wholly arrived.
   *
   * @throws {GobError} when what arrived is not a struct.
   */
  skip(): boolean {
    const skipped = this.#next((input, wire) => {
      if (definition(wire, this.#types).kind !== 'struct') {
        throw new GobError('it has another value where a struct belongs');
      }
      skipValue(input, wire, this.#types);
      return true;
    });
    return skipped === true;
  }

  #next<T>(read: (input: GobInput, wire: number) => T): T | undefined {
    for (let bytes = this.#messages.take(); bytes !== undefined; bytes = this.#messages.take()) {
      const input = new GobInput(bytes);
      const number = input.readInt();
      const value = number < 0 ? this.#define(-number, input, bytes) : read(input, number);
      if (input.remaining > 0) throw new GobError('a message is longer than its value');
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #define(number: number, input: GobInput, { length }: Buffer): undefined {
    if (length > longestDefinition) throw new GobError(`a definition of ${length} bytes`);
    if (this.#types.has(number)) throw new GobError(`type ${number} is defined twice`);
    if (this.#types.size >= mostTypes) throw new GobError(`more than ${mostTypes} types`);
    this.#types.set(number, readDefinition(input));
  }
}
