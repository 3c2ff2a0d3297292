import { posix } from 'node:path';

/** A file or directory that is carried. */
export interface TransferSource {
  /** As the caller gave it. */
  readonly given: string;
  /** Without what only says how it is carried. */
  readonly path: string;
  /** What it is called at the destination; empty when what is in it goes right there. */
  readonly name: string;
}

/**
 * Reads what a caller says is to be carried: `/a/b` is put into the destination as `b`; of `/a/b/*`,
 * `/a/b/.` and `/`, what is in it is.
 */
export function transferSources(given: string | readonly string[]): readonly TransferSource[] {
  return [given].flat().map(sourceOf);
}

function sourceOf(given: string): TransferSource {
  const name = posix.basename(given);
  if (name === '*') return { given, path: posix.dirname(given), name: '' };
  if (name === '.' || (name === '' && given !== '')) return { given, path: given, name: '' };
  return { given, path: given, name: name === '..' ? posix.basename(posix.resolve(given)) : name };
}
