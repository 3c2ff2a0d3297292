/** Longest value of one key, in bytes of UTF-8; far above any real one. */
export const longestValue = 1024;

/** Printable ASCII, and letters, marks and digits of any script. No space but U+0020. */
const printable = /^[\x20-\x7e\p{L}\p{M}\p{N}]*$/u;

/**
 * Why a text cannot stand anywhere in a value of pgbouncer.ini, or `undefined` when it can.
 *
 * PgBouncer takes the rest of a line as it is; npm's `ini` ends it at `;` or `#` and resolves
 * backslashes. Only what both leave alone is written or read.
 */
export function whyNotInValue(text: string): string | undefined {
  if (Buffer.byteLength(text) > longestValue) {
    return `is longer than ${longestValue} bytes`;
  }
  if (/[\n\r]/.test(text)) {
    return 'holds a line break, which would begin a new setting';
  }
  if (text.includes('\0')) {
    return 'holds a NUL character';
  }
  if (!printable.test(text)) {
    return 'holds a control character, a special space or a symbol outside ASCII';
  }
  if (/[;#]/.test(text)) {
    return 'holds ; or #, where some readers see a comment';
  }
  if (text.includes('\\')) {
    return 'holds a backslash, which readers understand differently';
  }
  return undefined;
}

/**
 * Why a text cannot be the whole value of a setting, or `undefined` when it can.
 *
 * `ini` also takes quotes around the whole value away and turns three words into other types.
 */
export function whyNotWholeValue(value: string): string | undefined {
  if (value !== value.trim()) {
    return 'begins or ends with a space';
  }
  if (value.startsWith('[')) {
    return 'begins with [, like a section';
  }
  if (/^['"]/.test(value)) {
    return 'begins with a quote, which some readers take away';
  }
  if (value.startsWith('%include')) {
    return 'begins with %include';
  }
  if (['true', 'false', 'null'].includes(value)) {
    return 'is true, false or null, which some readers turn into another type';
  }
  return whyNotInValue(value);
}
