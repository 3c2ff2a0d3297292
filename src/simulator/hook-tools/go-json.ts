/** A value that a tool prints. Undefined is Go's nil. */
export type Printable =
  | string
  | number
  | boolean
  | undefined
  | readonly Printable[]
  | { readonly [key: string]: Printable };

/** JSON on one line as Go writes it: keys sorted, and `<`, `>`, `&` and line separators escaped. */
export function goJson(value: Printable): string {
  // Outside of strings none of them stands.
  return json(value).replaceAll(/[<>&\u2028\u2029]/g, unicodeEscape);
}

function json(value: Printable): string {
  if (value === undefined) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => json(item)).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${json(value[key])}`);
  return `{${members.join(',')}}`;
}

/** Whether the value is a list, in a way that the compiler believes for readonly ones. */
export function isList(value: Printable): value is readonly Printable[] {
  return Array.isArray(value);
}

function unicodeEscape(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
