import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A system's PATH, which also stands in where PATH leaves it out, as with `su` without a login. */
export const systemPath: string = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Directories that are searched for a program: those of PATH, then the system's. */
export function searchPath(path: string | undefined): readonly string[] {
  const directories = `${path ?? ''}${delimiter}${systemPath}`.split(delimiter);
  return [...new Set(directories.filter((directory) => directory.startsWith('/')))];
}

/** The first executable file of that name in the directories. */
export function findProgram(name: string, directories: readonly string[]): string | undefined {
  return directories.map((directory) => join(directory, name)).find(isExecutableFile);
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
