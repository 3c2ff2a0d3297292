import type { PodHost } from '../pod/pod.ts';

/** A database server that was started for a deployment and belongs to it. */
export interface Database {
  readonly kind: 'postgresql' | 'pglite';
  /** One line for people: which program and version, and what it cannot do. */
  readonly description: string;
  /** The server's version, such as `15.18`. */
  readonly version: string;
  /** Where pods reach it. */
  readonly host: string;
  readonly port: number;
  /** A superuser that logs in with its password. */
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Most connections at a time that clients can hold. */
  readonly maxConnections: number;
  /** Stops the server and waits until it is gone. The folder stays. */
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  /** A directory that belongs to this database alone; made when it does not exist. */
  readonly folder: string;
  /** Whose pods shall reach the database. */
  readonly host: PodHost;
  /** Default: 5432 where pods have their own network, else a free port. */
  readonly port?: number;
  /** Default: `charmwright`. */
  readonly username?: string;
  readonly password: string;
  /** Default: `postgres`. */
  readonly database?: string;
  /**
   * How passwords are kept and asked for. Default: `scram-sha-256`. A pgbouncer that was given md5
   * hashes for its own login needs `md5`.
   */
  readonly passwordEncryption?: 'scram-sha-256' | 'md5';
  /** Take this server and no other. Default: PostgreSQL when the machine has it, else PGlite. */
  readonly kind?: Database['kind'];
  /** Where programs are looked for. Default: the process's own PATH. */
  readonly path?: string;
}

/** Options with every default decided. */
export type ResolvedDatabaseOptions = DatabaseOptions &
  Required<Pick<DatabaseOptions, 'port' | 'username' | 'database' | 'passwordEncryption'>>;
