import type { PodCommand, PodCommandOptions } from '../pod/pod.ts';

/** One SQL statement for one server. */
export interface QueryRequest {
  /** A name, an address, or the directory of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly sql: string;
  /** Milliseconds for connecting and for the answer. Default: 10 000. */
  readonly timeout?: number;
}

/** Rows as PostgreSQL's text says them, in order, by column name. */
export type QueryRow = Readonly<Record<string, string | null>>;

/** Whoever can say how a process runs in the network view that the query needs. */
export type CommandMaker = (argv: readonly string[], options?: PodCommandOptions) => PodCommand;
