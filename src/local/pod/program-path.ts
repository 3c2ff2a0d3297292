import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where system programs are when PATH does not say so, as with `su` without a login. */
const systemDirectories = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

/** Directories that are searched for a program: those of PATH, then the system's. */
export function searchPath(path: string | undefined): readonly string[] {
  const named = (path ?? '').split(delimiter).filter((directory) => directory.startsWith('/'));
  return [...new Set([...named, ...systemDirectories])];
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
