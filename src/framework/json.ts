import { FrameworkError } from './errors.ts';

/** What JSON can hold. Snapshots and stored state are made of it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A value was to be stored that JSON cannot hold without changing it. */
export class NotJsonError extends FrameworkError {
  readonly code = 'not-json';
  /** Where in the value, such as `snapshot.units[2]`. */
  readonly place: string;

  constructor(place: string, found: string) {
    super(
      `cannot store ${place}: it is ${found}. Store only null, booleans, finite numbers, strings, arrays and plain objects.`,
    );
    this.place = place;
  }
}

/**
 * Copies a value into plain JSON with sorted keys, so that equal values have equal text.
 * Properties that are `undefined` are left out, as `JSON.stringify` does.
 *
 * @param what names the value in an error, such as `the snapshot of config-changed`
 * @throws {NotJsonError} for anything that would come back different: a Date, a Map, NaN, a cycle
 */
export function toJson(value: unknown, what: string): Json {
  return copy(value, what, new Set());
}

function copy(value: unknown, place: string, ancestors: Set<object>): Json {
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new NotJsonError(place, String(value));
      return value;
    case 'object':
      return value === null ? null : copyObject(value, place, ancestors);
    default:
      throw new NotJsonError(place, value === undefined ? 'undefined' : `a ${typeof value}`);
  }
}

function copyObject(value: object, place: string, ancestors: Set<object>): Json {
  if (ancestors.has(value)) throw new NotJsonError(place, 'part of itself');
  ancestors.add(value);
  const result = Array.isArray(value)
    ? Array.from(value, (item: unknown, index) => copy(item, `${place}[${index}]`, ancestors))
    : copyPlain(value, place, ancestors);
  ancestors.delete(value);
  return result;
}

function copyPlain(value: object, place: string, ancestors: Set<object>): Json {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotJsonError(place, `a ${value.constructor.name}`);
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, item]): [string, Json] => [key, copy(item, `${place}.${key}`, ancestors)]);
  return Object.fromEntries(entries);
}
