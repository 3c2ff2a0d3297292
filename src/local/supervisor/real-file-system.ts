import { randomInt } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import type { Owner } from '../../simulator/pebble/accounts.ts';
import {
  FileSystemError,
  type FileErrorName,
  type FileKind,
  type FileStatus,
  type FileSystem,
} from '../../simulator/pebble/file-system.ts';
import { errnoOf, errnoText } from './errno-text.ts';
import type { PathMap } from './path-map.ts';

export interface RealFileSystemOptions {
  readonly paths: PathMap;
  /**
   * Whether owners are only remembered and shown, because this process may not give files away.
   * They are forgotten when the daemon ends.
   */
  readonly recordOwners: boolean;
}

const chunkBytes = 64 * 1024;
const permissionBits = 0o777;
const newFileMode = 0o600;

/** The files of this machine, or of the folders that are mapped. */
export function realFileSystem({ paths, recordOwners }: RealFileSystemOptions): FileSystem {
  const owners = new Map<string, Owner>();

  const look = async (
    path: string,
    act: string,
    how: (host: string) => Promise<Stats>,
  ): Promise<FileStatus> => {
    const host = paths.toHost(path);
    const found = await attempt(act, path, () => how(host));
    return { ...statusOf(found), ...owners.get(host) };
  };

  const changeable = async (path: string, act: string): Promise<string> => {
    if (!(await paths.mayChange(path))) {
      throw new FileSystemError(
        'EROFS',
        `${act} ${path}: read-only file system (the path is outside of the container's mapped folders)`,
      );
    }
    return paths.toHost(path);
  };

  const giveAway = async (
    owner: Owner | undefined,
    change: (owner: Owner) => Promise<void>,
  ): Promise<void> => {
    if (owner !== undefined && !recordOwners) {
      await change(owner);
    }
  };

  /** Notes whose a new entry is, once it is there. */
  const remember = (host: string, owner: Owner | undefined): void => {
    owners.delete(host);
    if (owner !== undefined && recordOwners) {
      owners.set(host, { userId: owner.userId, groupId: owner.groupId });
    }
  };

  const forget = (host: string): void => {
    for (const path of owners.keys()) {
      if (path === host || path.startsWith(`${host}/`)) {
        owners.delete(path);
      }
    }
  };

  return {
    stat: (path) => look(path, 'stat', stat),
    lstat: (path) => look(path, 'lstat', lstat),
    list: async (path) => (await attempt('open', path, () => readdir(paths.toHost(path)))).sort(),
    async read(path) {
      return readChunks(path, await attempt('open', path, () => open(paths.toHost(path), 'r')));
    },
    async write(path, content, as) {
      const host = await changeable(path, 'open');
      const suffix = `.${randomInt(1e9, 1e10)}~`;
      const temporary = `${host}${suffix}`;
      const handle = await attempt('open', `${path}${suffix}`, () =>
        open(temporary, 'wx', newFileMode),
      );
      try {
        try {
          await attempt('chmod', path, () => handle.chmod(as.permissions));
          await giveAway(as.owner, ({ userId, groupId }) =>
            attempt('chown', `${path}${suffix}`, () => handle.chown(userId, groupId)),
          );
          for await (const chunk of content) {
            await attempt('write', path, () => writeWhole(handle, chunk));
          }
          await attempt('sync', path, () => handle.sync());
        } finally {
          await handle.close();
        }
        await replace(temporary, host, `${path}${suffix} ${path}`);
        remember(host, as.owner);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async makeDirectory(path, as) {
      const host = await changeable(path, 'mkdir');
      await refuseExisting(host, path);
      const temporary = `${host}.mkdir-new`;
      await attempt('mkdir', `${path}.mkdir-new`, () => makeOrTake(temporary));
      try {
        await attempt('chmod', path, () => chmod(temporary, as.permissions));
        await giveAway(as.owner, ({ userId, groupId }) =>
          attempt('chown', path, () => chown(temporary, userId, groupId)),
        );
        await attempt('rename', `${path}.mkdir-new ${path}`, () => rename(temporary, host));
        remember(host, as.owner);
      } catch (error) {
        await rm(temporary, { force: true, recursive: true });
        throw error;
      }
    },
    async remove(path) {
      const host = await changeable(path, 'remove');
      await attempt('remove', path, async () => {
        await ((await lstat(host)).isDirectory() ? rmdir(host) : unlink(host));
      });
      forget(host);
    },
    async removeAll(path) {
      const host = await changeable(path, 'unlinkat');
      await attempt('unlinkat', path, () => removeTree(host));
      forget(host);
    },
  };
}

async function* readChunks(path: string, handle: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const { bytesRead, buffer } = await attempt('read', path, () =>
        handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes),
      );
      if (bytesRead === 0) {
        return;
      }
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function writeWhole(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length;) {
    offset += (await handle.write(chunk, offset)).bytesWritten;
  }
}

/** Like Pebble, takes a directory that an interrupted attempt left; never what a link leads to. */
async function makeOrTake(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST' || !(await lstat(directory)).isDirectory()) {
      throw error;
    }
  }
}

async function replace(temporary: string, host: string, shown: string): Promise<void> {
  try {
    await rename(temporary, host);
  } catch (error) {
    const name = errnoOf(error) === 'EISDIR' ? 'EEXIST' : errnoOf(error);
    throw problem(name, 'rename', shown, error);
  }
}

/** Like `rm -rf`, but a path beneath a file is an error. */
async function removeTree(host: string): Promise<void> {
  try {
    await lstat(host);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      return;
    }
    throw error;
  }
  await rm(host, { recursive: true, force: true });
}

/** Refuses to make a directory where something is; where a link leads nowhere, in its own way. */
async function refuseExisting(host: string, path: string): Promise<void> {
  const entry = await statOrNothing(() => lstat(host));
  if (entry === undefined) {
    return;
  }
  const found = await statOrNothing(() => stat(host));
  if (found === undefined) {
    throw problem('ENOTDIR', 'rename', `${path}.mkdir-new ${path}`);
  }
  throw problem(found.isDirectory() ? 'EEXIST' : 'ENOTDIR', 'mkdir', path);
}

async function statOrNothing(look: () => Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await look();
  } catch {
    return undefined;
  }
}

async function attempt<Value>(
  act: string,
  path: string,
  run: () => Promise<Value>,
): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    throw problem(errnoOf(error), act, path, error);
  }
}

function problem(name: FileErrorName, act: string, path: string, cause?: unknown): FileSystemError {
  return new FileSystemError(name, `${act} ${path}: ${errnoText(name)}`, { cause });
}

function statusOf(stats: Stats): FileStatus {
  return {
    kind: kindOf(stats),
    size: stats.size,
    permissions: stats.mode & permissionBits,
    userId: stats.uid,
    groupId: stats.gid,
    modified: stats.mtime,
  };
}

function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) {
    return 'file';
  }
  if (stats.isDirectory()) {
    return 'directory';
  }
  if (stats.isSymbolicLink()) {
    return 'symlink';
  }
  if (stats.isSocket()) {
    return 'socket';
  }
  if (stats.isFIFO()) {
    return 'named-pipe';
  }
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'device' : 'unknown';
}
