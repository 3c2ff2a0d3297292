import * as fc from 'fast-check';

import type {
  Database,
  PgbouncerIni,
  PgbouncerSection,
} from '../../../src/pgbouncer/ini/schema.ts';

/** A pgbouncer.ini with nothing unusual in it. */
export const sample: PgbouncerIni = {
  databases: {
    app: { dbname: 'app', host: '10.1.2.3', port: 5432 },
    'app.reports_2-x': { dbname: "Ann's reports", host: 'db-1.example,db-2.example', port: 5433 },
  },
  pgbouncer: {
    listen_addr: '*',
    listen_port: 6432,
    logfile: '/var/lib/postgresql/pgbouncer/pgbouncer.log',
    pidfile: '/var/lib/postgresql/pgbouncer/pgbouncer.pid',
    admin_users: [],
    stats_users: ['watcher'],
    auth_type: 'scram-sha-256',
    user: 'postgres',
    max_client_conn: 10_000,
    ignore_startup_parameters: ['extra_float_digits', 'options'],
    server_tls_sslmode: 'prefer',
    so_reuseport: true,
    unix_socket_dir: '/var/lib/postgresql/pgbouncer',
    pool_mode: 'session',
    max_db_connections: 100,
    default_pool_size: 50,
    min_pool_size: 25,
    reserve_pool_size: 25,
    auth_file: '/var/lib/postgresql/pgbouncer/userlist.txt',
  },
};

/** Strings that try to leave their place, each with what they try. */
export const hostileStrings: Readonly<Record<string, string>> = {
  'a line break': 'x\nauth_type = any',
  'a carriage return': 'x\rauth_type = any',
  'a section': 'x\n[pgbouncer]\nauth_type = any',
  'an include': 'x\n%include /etc/passwd',
  'a NUL': 'x\0y',
  'a tab': 'x\ty',
  'a comment after a space': 'x ; y',
  'a comment character alone': 'x;y',
  'a hash': 'x#y',
  'a backslash': 'x\\y',
  'an escape character': 'x\u001b[2J',
  'a line separator': 'x\u2028y',
  'a no-break space at the end': 'x\u00a0',
  'a lone surrogate': 'x\ud800',
  'a right-to-left override': 'x\u202ey',
  'a megabyte': 'x'.repeat(1024 * 1024),
};

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const portNumber = fc.integer({ min: 1, max: 65_535 });
const count = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const word = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/);
const path = fc
  .array(fc.stringMatching(/^[A-Za-z0-9_.-]{1,10}$/), { minLength: 1, maxLength: 4 })
  .map((parts) => `/${parts.join('/')}`);
const wordList = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_.@-]{1,20}$/), { maxLength: 4 });
const poolMode = fc.constantFrom('session' as const, 'transaction' as const, 'statement' as const);

/** Values of connection parameters with everything that is allowed: quotes, spaces, letters. */
const free = fc.string({
  unit: fc.constantFrom(...Array.from(`abcXYZ019 '"=,.:/%$@()*!?[]{}|<>~^&+-_äßЖ漢é`)),
  minLength: 1,
  maxLength: 15,
});

const databaseName = fc
  .stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/)
  .filter((name) => name.toLowerCase() !== 'pgbouncer' && name !== '__proto__');

const database: fc.Arbitrary<Database> = fc.record(
  {
    dbname: free,
    host: word,
    port: portNumber,
    user: free,
    auth_user: free,
    client_encoding: word,
    datestyle: free,
    timezone: word,
    pool_size: count,
    min_pool_size: count,
    reserve_pool: count,
    max_db_connections: count,
    pool_mode: poolMode,
    connect_query: free,
    application_name: free,
  },
  { requiredKeys: [] },
);

const section: fc.Arbitrary<PgbouncerSection> = fc.record({
  listen_addr: fc.constantFrom('*', '127.0.0.1', '0.0.0.0,::1'),
  listen_port: portNumber,
  logfile: path,
  pidfile: path,
  admin_users: wordList,
  stats_users: wordList,
  auth_type: fc.constantFrom('scram-sha-256' as const, 'md5' as const),
  user: fc.constant('postgres'),
  max_client_conn: fc.integer({ min: 1, max: 100_000 }),
  ignore_startup_parameters: wordList,
  server_tls_sslmode: fc.constantFrom('disable' as const, 'prefer' as const),
  so_reuseport: fc.boolean(),
  unix_socket_dir: path,
  pool_mode: poolMode,
  max_db_connections: count,
  default_pool_size: optional(count),
  min_pool_size: optional(count),
  reserve_pool_size: optional(count),
  auth_query: optional(free.map((text) => `SELECT ${text}.get_auth($1)`)),
  auth_file: optional(path),
});

/** Any configuration that can be written. */
export const anyIni: fc.Arbitrary<PgbouncerIni> = fc.record({
  databases: fc.dictionary(databaseName, database, { maxKeys: 5, noNullPrototype: true }),
  pgbouncer: section,
});
