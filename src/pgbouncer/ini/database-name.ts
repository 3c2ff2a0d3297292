/** PostgreSQL's limit for a name, and so for what a client can ask for, in bytes. */
export const longestName = 63;

/**
 * Why a name cannot be a key of `[databases]`, or `undefined` when it can.
 *
 * PgBouncer 1.18 knows no quoting of keys, keeps `pgbouncer` for its console and refuses the whole
 * file for one bad key.
 */
export function whyNotDatabaseName(name: string): string | undefined {
  if (name === '') {
    return 'has an empty name';
  }
  if (Buffer.byteLength(name) > longestName) {
    return `has a name longer than ${longestName} bytes`;
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    return 'has a name with characters other than letters, digits, _ . and -';
  }
  if (!/^[A-Za-z0-9_]/.test(name)) {
    return 'has a name that begins with neither a letter nor a digit nor _';
  }
  if (name.toLowerCase() === 'pgbouncer') {
    return "has the name of PgBouncer's own console";
  }
  return undefined;
}
