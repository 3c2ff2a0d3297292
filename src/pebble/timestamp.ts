const form = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads a time as the daemon writes it, to the nanosecond: a `Date` would cut it off at the
 * millisecond.
 *
 * @returns nanoseconds since 1970, or undefined when the text is no such time.
 */
export function nanosecondsOf(timestamp: string): bigint | undefined {
  const [, seconds, fraction = '', zone] = form.exec(timestamp) ?? [];
  if (seconds === undefined || zone === undefined) return undefined;
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
