import { GobError } from './errors.ts';
import type { GobInput } from './input.ts';
import type { GobOutput } from './output.ts';
import {
  builtin,
  definition,
  nameOf,
  readFields,
  skipValue,
  type WireType,
  type WireTypes,
} from './wire-types.ts';

/** A Go type as this side has it: how a value is written, and read from what a sender defined. */
export interface GobType<T> {
  /** What Go has where nothing was said. Such a value is left out of a struct. */
  readonly zero: T;
  isZero(value: T): boolean;
  write(output: GobOutput, value: T): void;
  /**
   * @param wire the sender's number for the value's type.
   * @throws {GobError} when that type does not fit, or the bytes do not.
   */
  read(input: GobInput, wire: number, types: WireTypes): T;
  /** The built-in number, or what is to be defined before the first value. */
  describe(numberOf: (type: GobType<unknown>) => number): number | WireType;
}

/** The values of a type. */
export type GobValue<G> = G extends GobType<infer T> ? T : never;

function plain<T extends boolean | number | string>(
  number: number,
  zero: T,
  write: (output: GobOutput, value: T) => void,
  read: (input: GobInput) => T,
): GobType<T> {
  return {
    zero,
    isZero: (value) => value === zero,
    write,
    read: (input, wire, types) => {
      expectType(wire, number, types);
      return read(input);
    },
    describe: () => number,
  };
}

export const gobBool: GobType<boolean> = plain<boolean>(
  builtin.bool,
  false,
  (output, value) => output.writeUint(value ? 1 : 0),
  (input) => input.readUint() !== 0,
);

/** Go's int; only numbers that are exact here can be read and written. */
export const gobInt: GobType<number> = plain<number>(
  builtin.int,
  0,
  (output, value) => output.writeInt(value),
  (input) => input.readInt(),
);

export const gobUint: GobType<number> = plain<number>(
  builtin.uint,
  0,
  (output, value) => output.writeUint(value),
  (input) => input.readUint(),
);

/** Text. Bytes that are not UTF-8 are read as U+FFFD. */
export const gobString: GobType<string> = plain<string>(
  builtin.string,
  '',
  (output, value) => output.writeString(value),
  (input) => input.readString(),
);

/** Go's `[]byte`. What is read is a view of the message. */
export const gobBytes: GobType<Uint8Array> = {
  zero: new Uint8Array(),
  isZero: (value) => value.length === 0,
  write: (output, value) => output.writeBytes(value),
  read: (input, wire, types) => {
    expectType(wire, builtin.bytes, types);
    return input.readBytes();
  },
  describe: () => builtin.bytes,
};

/** @param name what Go calls it, such as `[]string`. */
export function gobSlice<T>(name: string, element: GobType<T>): GobType<readonly T[]> {
  return {
    zero: [],
    isZero: (value) => value.length === 0,
    write: (output, value) => {
      output.writeUint(value.length);
      for (const item of value) element.write(output, item);
    },
    read: (input, wire, types) => {
      const type = definition(wire, types);
      if (type.kind !== 'slice') throw mismatch(wire, name, types);
      const items: T[] = [];
      for (let left = input.readCount(); left > 0; left -= 1) {
        items.push(element.read(input, type.element, types));
      }
      return items;
    },
    describe: (numberOf) => ({ kind: 'slice', name, element: numberOf(element) }),
  };
}

type Fields = Readonly<Record<string, GobType<unknown>>>;
type StructOf<F extends Fields> = { readonly [N in keyof F]: GobValue<F[N]> };

/**
 * A struct. Its fields are matched with the sender's by name: what the sender does not have is
 * zero, and what only the sender has is read over.
 */
export function gobStruct<F extends Fields>(name: string, fields: F): GobType<StructOf<F>> {
  const own = Object.entries(fields);
  // One object of the fields' own values: what the mapped type says, which the compiler cannot see.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const make = (values: Readonly<Record<string, unknown>>) => values as StructOf<F>;
  const zero = make(Object.fromEntries(own.map(([field, type]) => [field, type.zero])));
  return {
    zero,
    isZero: (value) => own.every(([field, type]) => type.isZero(value[field])),
    write: (output, value) => {
      let last = -1;
      own.forEach(([field, type], index) => {
        if (type.isZero(value[field])) return;
        output.writeUint(index - last);
        type.write(output, value[field]);
        last = index;
      });
      output.writeUint(0);
    },
    read: (input, wire, types) => {
      const sent = definition(wire, types);
      if (sent.kind !== 'struct') throw mismatch(wire, name, types);
      const values: Record<string, unknown> = { ...zero };
      readFields(input, sent.fields, (field) => {
        const type = Object.hasOwn(fields, field.name) ? fields[field.name] : undefined;
        if (type === undefined) skipValue(input, field.type, types);
        else values[field.name] = type.read(input, field.type, types);
      });
      return make(values);
    },
    describe: (numberOf) => ({
      kind: 'struct',
      name,
      fields: own.map(([field, type]) => ({ name: field, type: numberOf(type) })),
    }),
  };
}

function expectType(wire: number, expected: number, types: WireTypes): void {
  if (wire !== expected) throw mismatch(wire, nameOf(expected, types), types);
}

function mismatch(wire: number, expected: string, types: WireTypes): GobError {
  return new GobError(`it has ${nameOf(wire, types)} where ${expected} belongs`);
}
