import { GobValueError } from './errors.ts';

/** Where gob is written to: bytes that grow at their end. */
export class GobOutput {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  /** What was written so far. It is valid until the next write. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** One byte below 128; otherwise the negated count of bytes, then the bytes, big end first. */
  writeUint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new GobValueError(`${String(value)} is not an unsigned integer`);
    }
    if (value < 128) {
      this.#reserve(1);
      this.#bytes[this.#length] = value;
      this.#length += 1;
    } else this.#writeLong(BigInt(value));
  }

  /** The sign is in the lowest bit, so that small negative numbers are short too. */
  writeInt(value: number): void {
    if (!Number.isSafeInteger(value)) {
      throw new GobValueError(`${String(value)} is not an integer`);
    }
    if (value >= -64 && value < 64) this.writeUint(value < 0 ? -2 * value - 1 : 2 * value);
    else this.#writeLong(value < 0 ? -2n * BigInt(value) - 1n : 2n * BigInt(value));
  }

  writeBytes(value: Uint8Array): void {
    this.writeUint(value.length);
    this.write(value);
  }

  writeString(value: string): void {
    const length = Buffer.byteLength(value);
    this.writeUint(length);
    this.#reserve(length);
    this.#bytes.write(value, this.#length);
    this.#length += length;
  }

  /** Bytes as they are, without their length. */
  write(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #writeLong(value: bigint): void {
    const hex = value.toString(16);
    const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
    this.#reserve(1 + digits.length);
    this.#bytes[this.#length] = 256 - digits.length;
    this.#length += 1;
    this.write(digits);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
