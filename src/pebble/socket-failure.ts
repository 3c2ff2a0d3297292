import { messageOf } from '../errors.ts';
import { PebbleConnectionError } from './errors.ts';

const connectFailures: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use the socket',
  ECONNREFUSED: 'nothing listens on the socket',
  ENOENT: 'there is no such socket',
};

const closed = 'the daemon closed the connection';

/** The connection has ended before its time. */
export function lostConnection(socketPath: string): PebbleConnectionError {
  return new PebbleConnectionError(socketPath, 'exchange', closed);
}

/** Says what has happened to the socket. */
export function socketFailure(socketPath: string, cause: unknown): PebbleConnectionError {
  const code = codeOf(cause);
  if (cause instanceof Error && 'syscall' in cause && cause.syscall === 'connect') {
    const why = connectFailures[code] ?? messageOf(cause);
    return new PebbleConnectionError(socketPath, 'connect', why, { cause });
  }
  const why = code === 'ECONNRESET' || code === 'EPIPE' ? closed : messageOf(cause);
  return new PebbleConnectionError(socketPath, 'exchange', why, { cause });
}

/** The code that Node gives an error of the system, such as `EPIPE`. Empty for any other. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
