import * as z from 'zod/mini';

import {
  choice,
  flag,
  integer,
  names,
  path,
  parameterText,
  textLike,
  wholeValue,
  type SettingCodec,
} from './codecs.ts';
import { readConnectionString, renderConnectionString } from './connection-string.ts';
import { longestName, whyNotDatabaseName } from './database-name.ts';

/** How long a client keeps its server connection. */
export const poolModes = ['session', 'transaction', 'statement'] as const;
export type PoolMode = (typeof poolModes)[number];

/** Where PgBouncer takes clients of one database name. Keys are PgBouncer 1.18's. */
export interface Database {
  /** The name on the server; without it, the name that the client asked for. */
  readonly dbname?: string | undefined;
  /** Host names or addresses, joined by commas, or the directory of a unix socket. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** The user towards the server, whoever the client is. */
  readonly user?: string | undefined;
  readonly auth_user?: string | undefined;
  readonly client_encoding?: string | undefined;
  readonly datestyle?: string | undefined;
  readonly timezone?: string | undefined;
  readonly pool_size?: number | undefined;
  readonly min_pool_size?: number | undefined;
  readonly reserve_pool?: number | undefined;
  readonly max_db_connections?: number | undefined;
  readonly pool_mode?: PoolMode | undefined;
  readonly connect_query?: string | undefined;
  readonly application_name?: string | undefined;
}

/** The settings of `[pgbouncer]` that the charm uses, in the order in which they are written. */
export interface PgbouncerSection {
  readonly listen_addr: string;
  readonly listen_port: number;
  readonly logfile: string;
  readonly pidfile: string;
  readonly admin_users: readonly string[];
  readonly stats_users: readonly string[];
  readonly auth_type: 'scram-sha-256' | 'md5';
  readonly user: string;
  readonly max_client_conn: number;
  readonly ignore_startup_parameters: readonly string[];
  readonly server_tls_sslmode: 'disable' | 'allow' | 'prefer' | 'require';
  readonly so_reuseport: boolean;
  readonly unix_socket_dir: string;
  readonly pool_mode: PoolMode;
  /** Most server connections to one database from one process; 0 means no limit. */
  readonly max_db_connections: number;
  readonly default_pool_size?: number | undefined;
  readonly min_pool_size?: number | undefined;
  readonly reserve_pool_size?: number | undefined;
  readonly auth_query?: string | undefined;
  readonly auth_file?: string | undefined;
}

/** A pgbouncer.ini. `[users]` and `[peers]` are not used. */
export interface PgbouncerIni {
  readonly databases: Readonly<Record<string, Database>>;
  readonly pgbouncer: PgbouncerSection;
}

type Texts<T> = {
  readonly [K in keyof T]: undefined extends T[K] ? string | undefined : string;
};

/** The same with each value as its text, as npm's `ini` reads it. */
export interface IniText {
  readonly databases: Readonly<Record<string, string>>;
  readonly pgbouncer: Texts<PgbouncerSection>;
}

const most = 2 ** 31 - 1;
const hosts = textLike(/^[A-Za-z0-9_.:,/-]+$/, 'a list of hosts');
const identifier = parameterText.check(
  z.refine((name) => Buffer.byteLength(name) <= longestName, `is longer than ${longestName} bytes`),
);
// The socket's own name, `/.s.PGSQL.65535`, has to fit into the 107 bytes of a unix address.
const socketDirectory = path.check(
  z.maxLength(107 - '/.s.PGSQL.65535'.length, 'is too long for the address of a unix socket'),
);

const parameters = z.strictObject({
  dbname: z.optional(identifier),
  host: z.optional(hosts),
  port: z.optional(integer(1, 65_535)),
  user: z.optional(identifier),
  auth_user: z.optional(identifier),
  client_encoding: z.optional(parameterText),
  datestyle: z.optional(parameterText),
  timezone: z.optional(parameterText),
  pool_size: z.optional(integer(0, most)),
  min_pool_size: z.optional(integer(0, most)),
  reserve_pool: z.optional(integer(0, most)),
  max_db_connections: z.optional(integer(0, most)),
  pool_mode: z.optional(choice(poolModes)),
  connect_query: z.optional(parameterText),
  application_name: z.optional(parameterText),
});

const connectionString: SettingCodec<Database> = z.codec(wholeValue, parameters, {
  decode: (text, context) => {
    const reading = readConnectionString(text);
    if ('parameters' in reading) {
      return reading.parameters;
    }
    context.issues.push({ code: 'custom', input: text, message: reading.problem });
    return z.NEVER;
  },
  encode: renderConnectionString,
});

const query = wholeValue.check(z.minLength(1, 'is empty'));

const databaseName = z.string().check((check) => {
  const reason = whyNotDatabaseName(check.value);
  if (reason !== undefined) {
    check.issues.push({ code: 'custom', input: check.value, message: reason });
  }
});

const section = z.strictObject({
  listen_addr: textLike(/^(\*|[A-Za-z0-9_.:,-]+)$/, '* or a list of addresses'),
  listen_port: integer(1, 65_535),
  logfile: path,
  pidfile: path,
  admin_users: names,
  stats_users: names,
  auth_type: choice(['scram-sha-256', 'md5']),
  user: textLike(/^[a-z_][a-z0-9_-]{0,31}$/, 'the name of a system user'),
  max_client_conn: integer(1, most),
  ignore_startup_parameters: names,
  server_tls_sslmode: choice(['disable', 'allow', 'prefer', 'require']),
  so_reuseport: flag,
  unix_socket_dir: socketDirectory,
  pool_mode: choice(poolModes),
  max_db_connections: integer(0, most),
  default_pool_size: z.optional(integer(0, most)),
  min_pool_size: z.optional(integer(0, most)),
  reserve_pool_size: z.optional(integer(0, most)),
  auth_query: z.optional(query),
  auth_file: z.optional(path),
});

/** Reads and writes every value of a pgbouncer.ini, and says which one cannot be. */
export const iniSchema: z.ZodMiniType<PgbouncerIni, IniText> = z.strictObject({
  databases: z.record(databaseName, connectionString),
  pgbouncer: section,
});
