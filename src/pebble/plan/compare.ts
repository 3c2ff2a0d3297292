import { partOf, type Entry } from './shape.ts';

/** Whether two entries are the same to Pebble, in whatever order their keys were written. */
export function isSameEntry(a: Entry, b: Entry): boolean {
  return differingFields(a, b).length === 0;
}

/** Whether a section is the same to Pebble in two plans. */
export function isSameSection(
  a: ReadonlyMap<string, Entry>,
  b: ReadonlyMap<string, Entry>,
): boolean {
  return isSameEntry(Object.fromEntries(a), Object.fromEntries(b));
}

/** The fields that differ between two entries, sorted. */
export function differingFields(a: Entry, b: Entry): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((field) => !isSameValue(a[field], b[field]))
    .sort();
}

function isSameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) {
    return true;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSameValue(item, b[index]));
  }
  const [left, right] = [partOf({ value: a }, 'value'), partOf({ value: b }, 'value')];
  return left !== undefined && right !== undefined && isSameEntry(left, right);
}
