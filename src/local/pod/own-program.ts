import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** The argument list that runs one of charmwright's own built programs, by its path in `dist`. */
export function ownProgram(path: string): readonly [string, string] {
  return [process.execPath, join(packageRoot, 'dist', path)];
}

/** Directories of the machine that charmwright's own programs are read from. */
export function ownDirectories(): readonly string[] {
  const [outermost, ...nested] = packageRoot.split('/node_modules/');
  const modules =
    nested.length === 0 || outermost === undefined
      ? packageRoot.replace(/\/$/, '')
      : join(outermost, 'node_modules');
  return [modules, dirname(process.execPath)];
}
