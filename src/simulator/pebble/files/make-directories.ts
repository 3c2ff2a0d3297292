import { posix } from 'node:path';
import { FileSystemError, type FileStatus, type FileSystem, type NewFile } from '../file-system.ts';

/**
 * Makes a directory and all that is missing above it. What exists is left as it is.
 *
 * @throws {FileSystemError}
 */
export async function makeDirectories(files: FileSystem, path: string, as: NewFile): Promise<void> {
  const existing = await statIfThere(files, path);
  if (existing?.kind === 'directory') {
    return;
  }
  if (existing !== undefined) {
    throw new FileSystemError('ENOTDIR', `mkdir ${path}: not a directory`);
  }
  const parent = posix.dirname(path);
  if (parent !== path) {
    await makeDirectories(files, parent, as);
  }
  await files.makeDirectory(path, as);
}

/** What making the directory meets then says more than that it cannot be looked at. */
async function statIfThere(files: FileSystem, path: string): Promise<FileStatus | undefined> {
  try {
    return await files.stat(path);
  } catch (error) {
    if (error instanceof FileSystemError) {
      return undefined;
    }
    throw error;
  }
}
