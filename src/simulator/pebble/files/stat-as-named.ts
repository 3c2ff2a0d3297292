import { FileSystemError, type FileStatus, type FileSystem } from '../file-system.ts';

/**
 * The status of what a path leads to. A slash at its end says that it is a directory.
 *
 * @throws {FileSystemError}
 */
export async function statAsNamed(files: FileSystem, path: string): Promise<FileStatus> {
  const status = await files.stat(path);
  if (path.endsWith('/') && status.kind !== 'directory') {
    throw new FileSystemError('ENOTDIR', `stat ${path}: not a directory`);
  }
  return status;
}
