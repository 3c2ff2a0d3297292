import { randomBytes } from 'node:crypto';
import { chmod, chown, lstat, mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { PebblePathError } from '../errors.ts';
import { localFailure, refusedPath } from './transfer-failures.ts';

/** What a file or directory that arrives is to be like. */
export interface ArrivedAttributes {
  readonly permissions: number;
  readonly owner?: { readonly userId: number; readonly groupId: number } | undefined;
}

const what = 'pull';
/** What the owner of a directory needs to put something into it. */
const fillable = 0o700;

/**
 * A directory of this machine that files arrive in. No link that is in it is followed: a file takes
 * a link's place, and a directory that would have to be a link's is refused. All errors are
 * `PebblePathError`s.
 */
export class LocalDestination {
  readonly #root: string;
  /** Directories that may only become what they are to be when they are filled. */
  readonly #unfinished: { readonly path: string; readonly permissions: number }[] = [];

  private constructor(root: string) {
    this.#root = root;
  }

  /** @param permissions of directories that are missing. @default what the umask leaves of 0o777 */
  static async open(root: string, permissions: number | undefined): Promise<LocalDestination> {
    await attempt(root, () => mkdir(root, { recursive: true, mode: permissions }));
    return new LocalDestination(root);
  }

  pathOf(relative: string): string {
    return join(this.#root, relative);
  }

  /** Makes a directory in one that is there. One that exists is left as it is. */
  async makeDirectory(relative: string, { permissions, owner }: ArrivedAttributes): Promise<void> {
    const path = this.pathOf(relative);
    await attempt(path, async () => {
      if (!(await makeOrTake(path))) return;
      if (owner !== undefined) await chown(path, owner.userId, owner.groupId);
      await chmod(path, permissions | fillable);
      if ((permissions & fillable) !== fillable) this.#unfinished.push({ path, permissions });
    });
  }

  /** Begins a file that is put in its place when it is whole. */
  async begin(relative: string): Promise<ArrivingFile> {
    return await ArrivingFile.open(this.pathOf(relative));
  }

  /** Makes a symbolic link, to wherever it leads. */
  async makeLink(relative: string, target: string): Promise<void> {
    const path = this.pathOf(relative);
    const temporary = temporaryBeside(path);
    await attempt(path, async () => {
      await symlink(target, temporary);
      await replace(temporary, path);
    });
  }

  /** Says that nothing arrives any more. Those above come after those in them. */
  async finish(): Promise<void> {
    for (const { path, permissions } of this.#unfinished.toReversed()) {
      await attempt(path, () => chmod(path, permissions));
    }
  }
}

/** A file whose content arrives, under another name until it is whole. */
export class ArrivingFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #inPlace = false;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  static async open(path: string): Promise<ArrivingFile> {
    const temporary = temporaryBeside(path);
    return new ArrivingFile(
      path,
      temporary,
      await attempt(path, () => open(temporary, 'wx', 0o600)),
    );
  }

  async write(bytes: Uint8Array): Promise<void> {
    await attempt(this.path, async () => {
      for (let start = 0; start < bytes.length;) {
        start += (await this.#handle.write(bytes, start)).bytesWritten;
      }
    });
  }

  /** Says that its content has arrived, though not yet that it is whole. */
  async close({ permissions, owner }: ArrivedAttributes): Promise<void> {
    await attempt(this.path, async () => {
      if (owner !== undefined) await this.#handle.chown(owner.userId, owner.groupId);
      await this.#handle.chmod(permissions);
      await this.#handle.close();
    });
  }

  /** Puts it in its place, which a directory must not have. */
  async finish(): Promise<void> {
    await attempt(this.path, () => replace(this.#temporary, this.path));
    this.#inPlace = true;
  }

  /** Removes what has arrived, unless it is in its place. */
  async discard(): Promise<void> {
    if (this.#inPlace) return;
    await attempt(this.path, async () => {
      await this.#handle.close();
      await rm(this.#temporary, { force: true });
    });
  }
}

/** Whether a directory was made. One that is there is taken; never what a link leads to. */
async function makeOrTake(path: string): Promise<boolean> {
  try {
    await mkdir(path, fillable);
    return true;
  } catch (error) {
    const there = await lstat(path);
    if (there.isDirectory()) return false;
    if (there.isSymbolicLink()) throw refusedPath(what, path, 'a symbolic link is in its place');
    throw error;
  }
}

/** A name that nothing else has, and that is short where the final one is as long as may be. */
function temporaryBeside(path: string): string {
  return join(dirname(path), `.${randomBytes(8).toString('hex')}~`);
}

async function replace(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw cause instanceof PebblePathError ? cause : localFailure(what, path, cause);
  }
}
