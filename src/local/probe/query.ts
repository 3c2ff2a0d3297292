import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { messageOf } from '../../errors.ts';
import { ownProgram } from '../pod/own-program.ts';
import type { PodCommand, PodCommandOptions } from '../pod/pod.ts';
import { ProbeUnavailableError, QueryFailedError } from './errors.ts';
import { queryReplySchema, type QueryRow } from './query-reply.ts';

/** One SQL statement for one server. */
export interface QueryRequest {
  /** A name, an address, or the directory of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  /**
   * Sent by the simple protocol, which the console of pgbouncer understands too. Of several
   * statements the last one's rows are answered.
   */
  readonly sql: string;
  /** Milliseconds for connecting, and for the answer. Default: 10 000. */
  readonly timeout?: number;
}

/**
 * Where a query is asked from: something that knows how a process runs in the view of the network
 * and of the files that the query needs. A pod host is one.
 */
export interface QueryPlace {
  command(argv: readonly string[], options?: PodCommandOptions): PodCommand;
}

/**
 * Asks a PostgreSQL server or pooler, from inside a pod or beside the pods. The request, with its
 * password, goes to the asking process on its standard input.
 *
 * @throws {QueryFailedError} when the server cannot be reached or refuses.
 * @throws {ProbeUnavailableError} when the package `pg` is not installed.
 * @example
 * await query(podHost, { host: pod.address, port: 6432, user, password, database, sql: 'select 1' });
 */
export async function query(
  place: QueryPlace,
  request: QueryRequest,
): Promise<readonly QueryRow[]> {
  const child = place.command(ownProgram('local/probe/query-program.js'));
  const output = await exchange(child, JSON.stringify(request));
  const reply = parseReply(output, request);
  if ('rows' in reply) {
    return reply.rows;
  }
  if (reply.error.code === 'missing-pg') {
    throw new ProbeUnavailableError();
  }
  throw new QueryFailedError(request, reply.error.message, { sqlState: reply.error.code });
}

function parseReply(
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
  request: QueryRequest,
): ReturnType<typeof queryReplySchema.parse> {
  try {
    return queryReplySchema.parse(JSON.parse(stdout));
  } catch (error) {
    throw new QueryFailedError(request, stderr.trim() || messageOf(error), { cause: error });
  }
}

async function exchange(
  { command, args, ...options }: PodCommand,
  input: string,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(command, args, { ...options, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', (error) => (stderr += error.message));
  child.stdin.end(input);
  try {
    await once(child, 'close');
  } catch (error) {
    stderr += messageOf(error);
  }
  return { stdout, stderr };
}
