import { writeDefinition } from './definition.ts';
import { GobOutput } from './output.ts';
import { TypeNumbers } from './type-numbers.ts';
import type { GobType } from './types.ts';

/** One direction of one connection, for writing: a type is defined before its first value. */
export class GobEncoder {
  readonly #numbers = new TypeNumbers();
  #defined = 0;

  /** The bytes of a value, after the definitions that the other side has not had yet. */
  encode<T>(type: GobType<T>, value: T): Buffer {
    const number = this.#numbers.numberOf(type);
    const stream = new GobOutput();
    for (const [own, definition] of [...this.#numbers.types].slice(this.#defined).sort(byNumber)) {
      const message = new GobOutput();
      message.writeInt(-own);
      writeDefinition(message, own, definition);
      stream.writeBytes(message.bytes);
    }
    this.#defined = this.#numbers.types.size;
    const message = new GobOutput();
    message.writeInt(number);
    type.write(message, value);
    stream.writeBytes(message.bytes);
    return stream.bytes;
  }
}

function byNumber([a]: readonly [number, unknown], [b]: readonly [number, unknown]): number {
  return a - b;
}
