import { GobError } from './errors.ts';
import type { GobInput } from './input.ts';

/** Type numbers that every gob stream knows. A sender's own begin with {@link firstOwnType}. */
export const builtin = {
  bool: 1,
  int: 2,
  uint: 3,
  float: 4,
  bytes: 5,
  string: 6,
  complex: 7,
  interface: 8,
} as const;

export const firstOwnType = 65;

/** How a sender builds a type from others, which it names by their numbers. */
export type WireType =
  | { readonly kind: 'struct'; readonly name: string; readonly fields: readonly WireField[] }
  | { readonly kind: 'slice'; readonly name: string; readonly element: number }
  | {
      readonly kind: 'array';
      readonly name: string;
      readonly element: number;
      readonly length: number;
    }
  | { readonly kind: 'map'; readonly name: string; readonly key: number; readonly element: number }
  /** Bytes that only the type's own methods understand. */
  | { readonly kind: 'opaque'; readonly name: string };

export interface WireField {
  readonly name: string;
  readonly type: number;
}

/** The types that a stream has defined so far, by number. */
export type WireTypes = ReadonlyMap<number, WireType>;

/** A self-containing type can nest as deep as a message is long; nobody's real data does. */
const deepest = 100;

/** Reads over a value of any type that the stream has defined. */
export function skipValue(input: GobInput, type: number, types: WireTypes, depth = 0): void {
  if (depth > deepest) throw new GobError(`values are nested more than ${deepest} deep`);
  const skip = (inner: number): void => skipValue(input, inner, types, depth + 1);
  switch (type) {
    case builtin.bool:
    case builtin.int:
    case builtin.uint:
    case builtin.float:
      input.skipUint();
      return;
    case builtin.complex:
      input.skipUint();
      input.skipUint();
      return;
    case builtin.bytes:
    case builtin.string:
      input.readBytes();
      return;
    case builtin.interface:
      // The name of the concrete type; for a value that is not nil its number and its bytes follow.
      if (input.readBytes().length === 0) return;
      input.readInt();
      input.readBytes();
      return;
    default:
  }
  const wire = definition(type, types);
  switch (wire.kind) {
    case 'struct':
      readFields(input, wire.fields, (field) => skip(field.type));
      return;
    case 'slice':
    case 'array':
      for (let left = input.readCount(); left > 0; left -= 1) skip(wire.element);
      return;
    case 'map':
      for (let left = input.readCount(); left > 0; left -= 1) {
        skip(wire.key);
        skip(wire.element);
      }
      return;
    case 'opaque':
      input.readBytes();
      return;
    default:
      wire satisfies never;
  }
}

/** Calls back for each field that a struct's value has; the callback reads the field's value. */
export function readFields<F extends WireField>(
  input: GobInput,
  fields: readonly F[],
  read: (field: F, index: number) => void,
): void {
  let index = -1;
  for (;;) {
    const step = input.readUint();
    if (step === 0) return;
    index += step;
    const field = fields[index];
    if (field === undefined) throw new GobError(`a struct of ${fields.length} fields has more`);
    read(field, index);
  }
}

/** @throws {GobError} when the stream has not defined the type. */
export function definition(type: number, types: WireTypes): WireType {
  const wire = types.get(type);
  if (wire === undefined) throw new GobError(`type ${type} was never defined`);
  return wire;
}

/** A type's name for people. */
export function nameOf(type: number, types: WireTypes): string {
  const known = Object.entries(builtin).find(([, number]) => number === type)?.[0];
  return known ?? types.get(type)?.name ?? `type ${type}`;
}
