import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LaunchError } from '../../simulator/pebble/process-launcher.ts';
import { errnoOf, errnoText } from './errno-text.ts';

/**
 * Finds the program to run: a path as it is, a name in the directories of PATH.
 *
 * @throws {LaunchError} when there is nothing that could be run.
 */
export async function findExecutable(program: string, path: string): Promise<string> {
  if (program.includes('/')) {
    try {
      await checkExecutable(program);
      return program;
    } catch (error) {
      throw new LaunchError(`fork/exec ${program}: ${errnoText(errnoOf(error))}`, { cause: error });
    }
  }
  for (const directory of path.split(':')) {
    const candidate = join(directory === '' ? '.' : directory, program);
    try {
      await checkExecutable(candidate);
      return candidate;
    } catch {
      continue;
    }
  }
  throw new LaunchError(`exec: ${JSON.stringify(program)}: executable file not found in $PATH`);
}

/** The shortest that the head of an ELF program can be, in bytes. */
const shortestHead = 52;

/**
 * Refuses what the kernel cannot run: Node, asked to, has the shell try.
 *
 * @throws {LaunchError}
 */
export async function checkFormat(file: string): Promise<void> {
  const head = await headOf(file);
  if (head === undefined || head.toString('latin1', 0, 2) === '#!') {
    return;
  }
  if (head.length < shortestHead || head.toString('latin1', 0, 4) !== '\x7fELF') {
    throw new LaunchError(`fork/exec ${file}: exec format error`);
  }
}

/** The first bytes of a program; `undefined` when it may be run and not read. */
async function headOf(file: string): Promise<Buffer | undefined> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(shortestHead) });
    return buffer.subarray(0, bytesRead);
  } catch {
    return undefined;
  }
}

async function checkExecutable(path: string): Promise<void> {
  await access(path, constants.X_OK);
  if ((await stat(path)).isDirectory()) {
    throw Object.assign(new Error('is a directory'), { code: 'EACCES' });
  }
}
