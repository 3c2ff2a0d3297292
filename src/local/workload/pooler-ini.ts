import { parseConnectionString } from './connection-string.ts';
import { PoolerIniError } from './errors.ts';
import { readIniLines } from './ini-lines.ts';
import { connectionKeys, poolerSettings } from './pooler-settings.ts';

const userKeys = new Set(['max_user_connections', 'pool_mode']);

/** A pooler's configuration, with the defaults of keys that the ini leaves out. */
export interface PoolerIni {
  readonly settings: Readonly<Record<string, string>>;
  /** Database name to connection string, taken apart. */
  readonly databases: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/**
 * Reads a pooler's ini, as strictly as PgBouncer 1.18.
 *
 * @throws {PoolerIniError} for what PgBouncer would refuse to start with.
 */
export function parsePoolerIni(text: string): PoolerIni {
  const settings: Record<string, string> = {};
  const databases = new Map<string, ReadonlyMap<string, string>>();
  let section: string | undefined;
  let hasSettings = false;
  for (const [index, line] of readIniLines(text).entries()) {
    const number = index + 1;
    switch (line.kind) {
      case 'blank':
        break;
      case 'include':
        throw new PoolerIniError(number, 'the stand-in does not follow %include');
      case 'section':
        section = knownSection(line.name, number);
        hasSettings ||= section === 'pgbouncer';
        break;
      case 'setting':
        if (section === 'databases') {
          databases.set(databaseName(line.key, number), readDatabase(line.value, number));
        } else if (section === 'pgbouncer') {
          settings[knownKey(line.key, number)] = line.value;
        } else if (section === undefined) {
          throw new PoolerIniError(number, 'a value before the first section');
        } else {
          checkUser(line.value, number);
        }
    }
  }
  if (!hasSettings) {
    throw new PoolerIniError(0, 'the section [pgbouncer] is missing');
  }
  const fallbacks = Object.entries(poolerSettings).map(([key, { fallback }]): [string, string] => [
    key,
    fallback,
  ]);
  return { settings: { ...Object.fromEntries(fallbacks), ...settings }, databases };
}

function knownSection(name: string, line: number): string {
  if (!['databases', 'pgbouncer', 'users'].includes(name)) {
    throw new PoolerIniError(line, `unknown section: ${name}`);
  }
  return name;
}

function knownKey(key: string, line: number): string {
  if (!Object.hasOwn(poolerSettings, key)) {
    throw new PoolerIniError(line, `unknown parameter: pgbouncer/${key}`);
  }
  return key;
}

function databaseName(name: string, line: number): string {
  if (name === 'pgbouncer') {
    throw new PoolerIniError(line, 'database name "pgbouncer" is reserved');
  }
  if (Buffer.byteLength(name) > 63) {
    throw new PoolerIniError(line, `too long database name: ${name}`);
  }
  return name;
}

function readDatabase(value: string, line: number): ReadonlyMap<string, string> {
  const pairs = parseConnectionString(value);
  if (pairs === undefined) {
    throw new PoolerIniError(line, 'syntax error in connection string');
  }
  const unknown = [...pairs.keys()].find((key) => !connectionKeys.has(key));
  if (unknown !== undefined) {
    throw new PoolerIniError(line, `unrecognized connection parameter: ${unknown}`);
  }
  return pairs;
}

function checkUser(value: string, line: number): void {
  const pairs = parseConnectionString(value);
  if (pairs === undefined || [...pairs.keys()].some((key) => !userKeys.has(key))) {
    throw new PoolerIniError(line, 'unrecognized user parameter');
  }
}
