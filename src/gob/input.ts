import { GobError } from './errors.ts';

/** One message of a gob stream, read from its beginning. Nothing is read past its end. */
export class GobInput {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  readUint(): number {
    return exact(this.#readUint());
  }

  readInt(): number {
    const value = this.#readUint();
    if (typeof value === 'bigint') return exact((value & 1n) === 1n ? ~(value >> 1n) : value >> 1n);
    return value % 2 === 1 ? -(value - 1) / 2 - 1 : value / 2;
  }

  /** An unsigned integer of any size, for values that nobody looks at. */
  skipUint(): void {
    this.#readUint();
  }

  /** A length, then as many bytes; they are a view of the message. */
  readBytes(): Buffer {
    const length = this.readUint();
    if (length > this.remaining) throw new GobError(`a value of ${length} bytes has no end`);
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  readString(): string {
    return this.readBytes().toString('utf8');
  }

  /** A count of elements, of which each takes a byte at least. */
  readCount(): number {
    const count = this.readUint();
    if (count > this.remaining) throw new GobError(`${count} elements do not fit into the message`);
    return count;
  }

  #readUint(): number | bigint {
    const first = this.#readByte();
    if (first < 128) return first;
    const count = 256 - first;
    if (count > 8) throw new GobError(`an integer of ${count} bytes`);
    if (count > this.remaining) throw new GobError('an integer has no end');
    const start = this.#offset;
    this.#offset += count;
    if (count <= 6) return this.#bytes.readUIntBE(start, count);
    return BigInt(`0x${this.#bytes.toString('hex', start, this.#offset)}`);
  }

  #readByte(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw new GobError('a message ends too early');
    this.#offset += 1;
    return byte;
  }
}

function exact(value: number | bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new GobError(`the integer ${value} is too large`);
  return number;
}
