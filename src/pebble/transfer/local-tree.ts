import type { Dirent, Stats } from 'node:fs';
import { readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { PebblePathError } from '../errors.ts';
import {
  localFailure,
  refusedCircle,
  refusedLink,
  refusedPath,
  refusedType,
} from './transfer-failures.ts';
import type { SymlinkPolicy } from './transfer-options.ts';
import type { TransferSource } from './transfer-sources.ts';

/** Something that is found in a source on this machine. */
export type LocalEntry = { readonly path: string } & (
  | { readonly kind: 'directory'; readonly relative: string; readonly status: Stats }
  /** @param followed whether the path may be that of a link to the file. */
  | { readonly kind: 'file'; readonly relative: string; readonly followed: boolean }
  | { readonly kind: 'link'; readonly relative: string; readonly target: string }
  | { readonly kind: 'failure'; readonly cause: PebblePathError }
);

/** Something that was not looked at yet. */
interface Pending {
  readonly path: string;
  /** Below the destination. */
  readonly relative: string;
  /** Absent of the source itself. */
  readonly listed?: Dirent;
  /** Whether a link has led here. */
  readonly linked: boolean;
}

const what = 'push';

/** Walks a source, by name, each directory before what is in it. Nothing of it is opened. */
export async function* walkLocalTree(
  source: TransferSource,
  symlinks: SymlinkPolicy,
): AsyncGenerator<LocalEntry, void, undefined> {
  const pending: Pending[] = [{ path: source.path, relative: source.name, linked: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, relative } = next;
    try {
      const entry = await look(next, symlinks);
      if (entry === undefined) continue;
      if (relative === '' && entry.kind !== 'directory') {
        yield { kind: 'failure', path, cause: refusedPath(what, path, 'it is not a directory') };
        continue;
      }
      if (relative !== '') yield entry;
      if (entry.kind !== 'directory') continue;
      const linked = next.linked || next.listed?.isSymbolicLink() === true;
      const children = await readdir(path, { withFileTypes: true });
      children.sort((one, other) => (one.name < other.name ? 1 : -1));
      for (const listed of children) {
        const { name } = listed;
        pending.push({ path: join(path, name), relative: join(relative, name), listed, linked });
      }
    } catch (cause) {
      yield { kind: 'failure', path, cause: localFailure(what, path, cause) };
    }
  }
}

/** Finds out what something is; nothing, when it is to be left out. */
async function look(
  { path, relative, listed, linked }: Pending,
  symlinks: SymlinkPolicy,
): Promise<LocalEntry | undefined> {
  if (listed?.isFile() === true) return { kind: 'file', path, relative, followed: false };
  if (listed !== undefined && !listed.isDirectory() && !listed.isSymbolicLink()) {
    return { kind: 'failure', path, cause: refusedType(what, path, typeOf(listed)) };
  }
  if (listed?.isSymbolicLink() === true && symlinks !== 'follow') {
    if (symlinks === 'skip') return undefined;
    return symlinks === 'keep'
      ? { kind: 'link', path, relative, target: await readlink(path) }
      : { kind: 'failure', path, cause: refusedLink(what, path) };
  }
  const status = await stat(path);
  if (status.isFile()) return { kind: 'file', path, relative, followed: true };
  if (!status.isDirectory()) {
    return { kind: 'failure', path, cause: refusedType(what, path, typeOf(status)) };
  }
  return listed?.isSymbolicLink() === true && linked
    ? { kind: 'failure', path, cause: refusedCircle(what, path) }
    : { kind: 'directory', path, relative, status };
}

/** What Pebble would call it. */
export function typeOf(thing: Dirent | Stats): string {
  if (thing.isDirectory()) return 'directory';
  if (thing.isSocket()) return 'socket';
  if (thing.isFIFO()) return 'named-pipe';
  return thing.isBlockDevice() || thing.isCharacterDevice() ? 'device' : 'unknown';
}
