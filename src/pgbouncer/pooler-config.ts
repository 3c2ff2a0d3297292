import { poolSizes } from './ini/pool-sizes.ts';
import type { Database, PgbouncerIni, PgbouncerSection, PoolMode } from './ini/schema.ts';
import type { BackendReading } from './relations/backend-data.ts';
import * as paths from './workload/paths.ts';

/** What the charm's options decide. */
export interface PoolerSettings {
  readonly listenPort: number;
  readonly poolMode: PoolMode;
  /** Most server connections to one database from one process; 0 means no limit. */
  readonly maxDbConnections: number;
}

/** What all PgBouncer processes of the application agree on. */
export interface PoolerConfig extends PoolerSettings {
  readonly databases: Readonly<Record<string, Database>>;
  /** Whether there is an auth file, and so a user that can log in. */
  readonly hasUsers: boolean;
}

/** What the options say when nobody has set them. */
export const defaultSettings: PoolerSettings = {
  listenPort: 6432,
  poolMode: 'session',
  maxDbConnections: 100,
};

/** The configuration of an application that nobody has configured or related. */
export const defaultConfig: PoolerConfig = { ...defaultSettings, databases: {}, hasUsers: false };

/** Whether nobody has configured or related anything yet. */
export function isDefault(config: PoolerConfig): boolean {
  return JSON.stringify(sorted(config)) === JSON.stringify(sorted(defaultConfig));
}

/** What a pgbouncer.ini of this charm says. All else in it follows from that. */
export function configOf({ databases, pgbouncer }: PgbouncerIni): PoolerConfig {
  return {
    listenPort: pgbouncer.listen_port,
    poolMode: pgbouncer.pool_mode,
    maxDbConnections: pgbouncer.max_db_connections,
    databases,
    hasUsers: pgbouncer.auth_file !== undefined,
  };
}

/**
 * The configuration with the backend that the unit sees now. A backend that has gone takes its
 * database along; one whose data are incomplete or refused leaves what worked before.
 */
export function withBackend(config: PoolerConfig, backend: BackendReading): PoolerConfig {
  if (backend.kind === 'absent') {
    return { ...config, databases: {}, hasUsers: false };
  }
  if (backend.kind === 'unusable') {
    return config;
  }
  const { alias, database, hosts, port } = backend;
  const target = { dbname: database, host: hosts.join(','), port };
  return { ...config, databases: { [alias]: target }, hasUsers: true };
}

/** The base file: what every process shares. No process reads it. */
export function baseIni(config: PoolerConfig, instances: number): PgbouncerIni {
  const sizes = poolSizes(config.maxDbConnections, instances);
  return { databases: config.databases, pgbouncer: { ...section(config), ...sizes } };
}

/** The file of one process: the base, with paths of its own. */
export function instanceIni(base: PgbouncerIni, instance: number): PgbouncerIni {
  return { ...base, pgbouncer: { ...base.pgbouncer, ...locations(paths.instanceDir(instance)) } };
}

/** What the leader publishes: the base without the sizes, which depend on a unit's own cores. */
export function publishedIni(config: PoolerConfig): PgbouncerIni {
  return { databases: config.databases, pgbouncer: section(config) };
}

function section(config: PoolerConfig): PgbouncerSection {
  return {
    listen_addr: '*',
    listen_port: config.listenPort,
    ...locations(paths.baseDir),
    admin_users: [],
    stats_users: [],
    // Takes plain passwords of the auth file both towards clients and towards PostgreSQL, whatever
    // that stores; md5 secrets would not work with PostgreSQL 14 and later.
    auth_type: 'scram-sha-256',
    user: paths.owner,
    max_client_conn: 10_000,
    ignore_startup_parameters: ['extra_float_digits', 'options'],
    server_tls_sslmode: 'prefer',
    so_reuseport: true,
    pool_mode: config.poolMode,
    max_db_connections: config.maxDbConnections,
    ...(config.hasUsers ? { auth_file: paths.userlistFile } : {}),
  };
}

function locations(dir: string): Pick<PgbouncerSection, 'logfile' | 'pidfile' | 'unix_socket_dir'> {
  return {
    logfile: `${dir}/pgbouncer.log`,
    pidfile: `${dir}/pgbouncer.pid`,
    unix_socket_dir: dir,
  };
}

function sorted(config: PoolerConfig): unknown {
  return Object.entries(config).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
