import { isUtf8 } from 'node:buffer';
import type { Owner } from '../../simulator/pebble/accounts.ts';
import type { FileStatus } from '../../simulator/pebble/file-system.ts';
import type { MemoryFileSystem } from '../../simulator/pebble/memory-file-system.ts';
import { debianAccounts } from '../debian-accounts.ts';
import type { StateContainer, StateFile } from '../state/container.ts';

/** Puts the files of a state where the charm finds them. */
export function putFiles(files: MemoryFileSystem, state: StateContainer): void {
  const { accounts = debianAccounts } = state;
  for (const [path, file] of Object.entries(state.files)) {
    const as = { permissions: file.permissions, owner: ownerOf(file, accounts) };
    if (file.kind === 'directory') files.putDirectory(path.replace(/(.)\/$/, '$1'), as);
    else if (file.kind === 'symlink') files.putSymlink(path, file.text);
    else files.putFile(path, bytesOf(file), as);
  }
}

/**
 * The files as a run leaves them; those that are as they were are the same objects.
 *
 * @param inImage paths that every container has, so that a state need not say so
 */
export function filesAfter(
  files: MemoryFileSystem,
  { accounts = debianAccounts, files: before }: StateContainer,
  inImage: readonly string[],
): StateContainer['files'] {
  const all: Record<string, StateFile> = {};
  for (const path of files.paths()) {
    const status = files.status(path);
    if (status === undefined) continue;
    const known = Object.hasOwn(before, path) ? before[path] : undefined;
    if (known === undefined && inImage.includes(path)) continue;
    const file = fileOf(files, path, status, accounts, known);
    if (file !== undefined) all[path] = file;
  }
  const paths = Object.keys(all);
  const same =
    paths.length === Object.keys(before).length &&
    paths.every((path) => all[path] === before[path]);
  return same ? before : all;
}

function fileOf(
  files: MemoryFileSystem,
  path: string,
  { kind, permissions, userId, groupId }: FileStatus,
  { users, groups }: typeof debianAccounts,
  before: StateFile | undefined,
): StateFile | undefined {
  // Nothing but these can be made in memory.
  if (kind !== 'file' && kind !== 'directory' && kind !== 'symlink') return undefined;
  const file: StateFile = {
    kind,
    ...contentOf(files, path, kind),
    permissions,
    user: users.find((account) => account.userId === userId)?.name ?? String(userId),
    group: groups.find((account) => account.groupId === groupId)?.name ?? String(groupId),
  };
  return before !== undefined && isSame(file, before) ? before : file;
}

function isSame(one: StateFile, other: StateFile): boolean {
  return (
    one.kind === other.kind &&
    one.base64 === other.base64 &&
    (one.base64 !== undefined || one.text === other.text) &&
    one.permissions === other.permissions &&
    one.user === other.user &&
    one.group === other.group
  );
}

function ownerOf({ user, group }: StateFile, { users, groups }: typeof debianAccounts): Owner {
  return {
    userId: users.find((account) => account.name === user)?.userId ?? Number(user),
    groupId: groups.find((account) => account.name === group)?.groupId ?? Number(group),
  };
}

function bytesOf({ text, base64 }: StateFile): Uint8Array {
  return base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64');
}

function contentOf(
  files: MemoryFileSystem,
  path: string,
  kind: StateFile['kind'],
): Pick<StateFile, 'text' | 'base64'> {
  if (kind === 'symlink') return { text: files.target(path) ?? '' };
  const bytes = kind === 'file' ? files.content(path) : undefined;
  if (bytes === undefined) return { text: '' };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return isUtf8(bytes) ? { text } : { text, base64: Buffer.from(bytes).toString('base64') };
}
