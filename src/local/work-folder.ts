import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CharmwrightError, isMissingFile } from '../errors.ts';

const MARK = '.charmwright-local';

/** A folder cannot hold a deployment: it has other files, or another deployment runs in it. */
export class WorkFolderError extends CharmwrightError {
  readonly code = 'work-folder';
  readonly folder: string;

  constructor(folder: string, why: string) {
    super(
      `cannot deploy into ${folder}: ${why}. Choose a folder that is empty or does not exist yet.`,
    );
    this.folder = folder;
  }
}

/** The folder that holds everything a deployment writes. */
export interface WorkFolder {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Ends the claim; a folder that nobody named is removed. */
  release(): Promise<void>;
}

/**
 * Claims a folder for one deployment. What an earlier deployment left in it is removed; any other
 * file is a reason to refuse.
 *
 * @param folder default: a new temporary one.
 * @throws {WorkFolderError}
 */
export async function claimWorkFolder(folder?: string): Promise<WorkFolder> {
  const isTemporary = folder === undefined;
  const path = await realpath(
    folder === undefined ? await mkdtemp(join(tmpdir(), 'charmwright-')) : await made(folder),
  );
  // The workload's users pass through on the way to their own files.
  await chmod(path, 0o711);
  const names = await readdir(path);
  if (names.length > 0) {
    const owner = await ownerOf(path);
    if (owner === undefined) throw new WorkFolderError(path, 'it holds files of somebody else');
    if (isAlive(owner)) {
      throw new WorkFolderError(path, `process ${String(owner)} has a deployment in it`);
    }
    await Promise.all(names.map((name) => rm(join(path, name), { recursive: true, force: true })));
  }
  const mark = join(path, MARK);
  await writeFile(mark, `${String(process.pid)}\n`);
  return {
    path,
    release: async () => {
      if (isTemporary) await rm(path, { recursive: true, force: true });
      else await writeFile(mark, '');
    },
  };
}

async function made(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return folder;
}

/** The process that claimed the folder: 0 when it has let go, undefined when nobody ever did. */
async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return Number(await readFile(join(path, MARK), 'utf8'));
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
