import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
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

async function checkExecutable(path: string): Promise<void> {
  await access(path, constants.X_OK);
  if ((await stat(path)).isDirectory()) {
    throw Object.assign(new Error('is a directory'), { code: 'EACCES' });
  }
}
