import { messageOf } from '../../errors.ts';
import {
  PebbleApiError,
  PebbleChangeError,
  PebbleExecError,
  PebblePathError,
  PebbleTransportError,
} from '../errors.ts';
import { exec, type ExecClient } from '../exec.ts';
import type { ExecResult } from '../exec-process.ts';
import type { CallOptions } from '../call-options.ts';

/** Reads where a symbolic link in the container leads. @throws {PebblePathError} */
export async function readLink(
  client: ExecClient,
  path: string,
  options: CallOptions,
): Promise<string> {
  const { stdout } = await run(client, 'pull', path, ['readlink', '-n', '--', path], options);
  return stdout.toString('utf8');
}

/** Makes a symbolic link in the container, in place of what is not a directory. @throws {PebblePathError} */
export async function makeLink(
  client: ExecClient,
  path: string,
  target: string,
  options: CallOptions,
): Promise<void> {
  await run(client, 'push', path, ['ln', '-s', '-f', '-T', '--', target, path], options);
}

async function run(
  client: ExecClient,
  what: string,
  path: string,
  command: readonly [program: string, ...args: string[]],
  { signal, timeout = client.timeout }: CallOptions,
): Promise<ExecResult<Buffer>> {
  try {
    const process = await exec(client, command, { signal, timeout });
    return await process.waitBytes();
  } catch (cause) {
    if (!isOfTheLinkAlone(cause)) throw cause;
    const why = cause instanceof PebbleExecError ? cause.stderr.trim() : messageOf(cause);
    const reason = `it cannot be kept as a symbolic link with the container's program "${command[0]}": ${why}`;
    throw new PebblePathError(what, { path, kind: 'generic-file-error', reason }, { cause });
  }
}

/** Whether other files can be carried all the same. */
function isOfTheLinkAlone(error: unknown): boolean {
  return (
    error instanceof PebbleApiError ||
    error instanceof PebbleChangeError ||
    error instanceof PebbleExecError ||
    error instanceof PebbleTransportError
  );
}
