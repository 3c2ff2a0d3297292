import type { GobType } from './types.ts';
import { firstOwnType, type WireType } from './wire-types.ts';

/** The numbers that one sender gives its types: a type before the types that it is built from. */
export class TypeNumbers {
  /** What has been numbered, in order. */
  readonly types: Map<number, WireType> = new Map();
  readonly #numbers = new Map<GobType<unknown>, number>();

  numberOf(type: GobType<unknown>): number {
    const known = this.#numbers.get(type);
    if (known !== undefined) return known;
    const own = firstOwnType + this.#numbers.size;
    // Provisional: `describe` asks for the numbers of the parts, which come after this one.
    this.#numbers.set(type, own);
    const description = type.describe((part) => this.numberOf(part));
    if (typeof description === 'number') {
      this.#numbers.delete(type);
      return description;
    }
    this.types.set(own, description);
    return own;
  }
}
