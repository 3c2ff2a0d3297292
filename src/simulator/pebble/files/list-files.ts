import { posix } from 'node:path';
import type { Accounts } from '../accounts.ts';
import type { DaemonState } from '../daemon-state.ts';
import { FileSystemError, type FileKind, type FileStatus } from '../file-system.ts';
import { statAsNamed } from './stat-as-named.ts';
import { formatSeconds } from '../time-format.ts';
import { parseGlob } from './glob.ts';

/**
 * The rows of a listing: those in a directory, or the path's own.
 *
 * @param pattern for names; empty takes all.
 * @throws {FileSystemError}
 * @throws {GlobSyntaxError} when there is anything to compare it with.
 */
export async function listFiles(
  path: string,
  pattern: string,
  itself: boolean,
  { files, accounts }: DaemonState,
): Promise<object[]> {
  const status = await statAsNamed(files, path);
  const rows: { path: string; status: FileStatus }[] = [];
  if (itself || status.kind !== 'directory') {
    const folder = posix.normalize(path.slice(0, path.lastIndexOf('/')) || '/');
    rows.push({ path: path === '/' ? '/' : posix.join(folder, posix.basename(path)), status });
  } else {
    for (const name of await files.list(path)) {
      const entry = posix.join(path, name);
      const entryStatus = await statusIfStill(() => files.lstat(entry));
      if (entryStatus !== undefined) {
        rows.push({ path: entry, status: entryStatus });
      }
    }
  }
  if (rows.length === 0) {
    return [];
  }
  const glob = pattern === '' ? undefined : parseGlob(pattern);
  return rows
    .map((row) => rowOf(row.path, row.status, accounts))
    .filter(({ name }) => glob === undefined || glob.test(name));
}

/** An entry that vanished since the directory was read is no entry. */
async function statusIfStill(look: () => Promise<FileStatus>): Promise<FileStatus | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof FileSystemError && error.errorName === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

interface Row {
  readonly path: string;
  readonly name: string;
  readonly type: FileKind;
  readonly size?: number;
  readonly permissions: string;
  readonly 'last-modified': string;
  readonly 'user-id': number;
  readonly user: string;
  readonly 'group-id': number;
  readonly group: string;
}

function rowOf(path: string, status: FileStatus, accounts: Accounts): Row {
  const { kind, size, permissions, modified, userId, groupId } = status;
  return {
    path,
    name: posix.basename(path) || '/',
    type: kind,
    ...(kind === 'file' && { size }),
    permissions: permissions.toString(8).padStart(3, '0'),
    'last-modified': formatSeconds(modified),
    'user-id': userId,
    user: accounts.users.find((user) => user.userId === userId)?.name ?? '',
    'group-id': groupId,
    group: accounts.groups.find((group) => group.groupId === groupId)?.name ?? '',
  };
}
