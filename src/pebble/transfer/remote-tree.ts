import { posix } from 'node:path';

import type { CallOptions } from '../call-options.ts';
import { PebblePathError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { listFiles, type FileInfo } from '../files.ts';
import { refusedCircle, refusedLink, refusedPath, refusedType } from './transfer-failures.ts';
import type { SymlinkPolicy } from './transfer-options.ts';
import type { TransferSource } from './transfer-sources.ts';

/** Something that is found in a source in the container. */
export type RemoteEntry = { readonly path: string } & (
  | { readonly kind: 'directory' | 'file'; readonly relative: string; readonly info: FileInfo }
  | { readonly kind: 'link'; readonly relative: string }
  | { readonly kind: 'failure'; readonly cause: PebblePathError }
);

/** Something that was not looked at yet. */
interface Pending {
  readonly path: string;
  /** Below the destination. */
  readonly relative: string;
  /** Absent of the source itself. */
  readonly listed?: FileInfo;
  /** Whether a link has led here. */
  readonly linked: boolean;
}

const what = 'pull';

/**
 * Walks a source, by name, each directory before what is in it.
 *
 * Only the names come from the container, and each must be that of an entry: no path that is made of
 * them leaves the directory that was listed.
 */
export async function* walkRemoteTree(
  exchange: Exchange,
  source: TransferSource,
  symlinks: SymlinkPolicy,
  options: CallOptions,
): AsyncGenerator<RemoteEntry, void, undefined> {
  const pending: Pending[] = [{ path: source.path, relative: source.name, linked: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, relative } = next;
    try {
      const entry = await look(exchange, next, symlinks, options);
      if (entry === undefined) continue;
      if (relative === '' && entry.kind !== 'directory') {
        throw refusedPath(what, path, 'it is not a directory');
      }
      if (relative !== '') yield entry;
      if (entry.kind !== 'directory') continue;
      const linked = next.linked || next.listed?.type === 'symlink';
      const children = [...(await listFiles(exchange, path, options))];
      children.sort((one, other) => (one.name < other.name ? 1 : -1));
      for (const listed of children) {
        const { name } = listed;
        if (!isEntryName(name)) {
          const told = posix.join(path, JSON.stringify(name));
          const cause = refusedPath(what, told, 'no file can be called like that');
          yield { kind: 'failure', path: told, cause };
          continue;
        }
        pending.push({
          path: posix.join(path, name),
          relative: posix.join(relative, name),
          listed,
          linked,
        });
      }
    } catch (cause) {
      if (!(cause instanceof PebblePathError)) throw cause;
      yield { kind: 'failure', path, cause };
    }
  }
}

/** Finds out what something is; nothing, when it is to be left out. @throws {PebblePathError} */
async function look(
  exchange: Exchange,
  { path, relative, listed, linked }: Pending,
  symlinks: SymlinkPolicy,
  options: CallOptions,
): Promise<RemoteEntry | undefined> {
  const isLink = listed?.type === 'symlink';
  if (isLink && symlinks !== 'follow') {
    if (symlinks === 'skip') return undefined;
    if (symlinks === 'keep') return { kind: 'link', path, relative };
    throw refusedLink(what, path);
  }
  const info = listed === undefined || isLink ? await describe(exchange, path, options) : listed;
  switch (info.type) {
    case 'file':
      return { kind: 'file', path, relative, info };
    case 'directory':
      if (isLink && linked) throw refusedCircle(what, path);
      return { kind: 'directory', path, relative, info };
    default:
      throw refusedType(what, path, info.type);
  }
}

/** Describes what a path leads to. */
async function describe(exchange: Exchange, path: string, options: CallOptions): Promise<FileInfo> {
  if (!path.startsWith('/')) {
    throw refusedPath(what, path, `paths must be absolute, got ${JSON.stringify(path)}`);
  }
  const [info] = await listFiles(exchange, path, { ...options, itself: true });
  if (info === undefined) throw refusedPath(what, path, 'Pebble says nothing about it');
  return info;
}

function isEntryName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);
}
