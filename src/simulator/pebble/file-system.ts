import { CharmwrightError } from '../../errors.ts';
import type { Owner } from './accounts.ts';

/** What a directory entry is, in Pebble's words. */
export type FileKind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'socket'
  | 'named-pipe'
  | 'device'
  | 'unknown';

export interface FileStatus {
  readonly kind: FileKind;
  /** Bytes; of use for regular files only. */
  readonly size: number;
  /** The nine permission bits. */
  readonly permissions: number;
  readonly userId: number;
  readonly groupId: number;
  readonly modified: Date;
}

/** The names of the errors that files and programs may meet, as the kernel calls them. */
export type FileErrorName =
  | 'E2BIG'
  | 'EACCES'
  | 'EBUSY'
  | 'EEXIST'
  | 'EINVAL'
  | 'EIO'
  | 'EISDIR'
  | 'ELOOP'
  | 'ENAMETOOLONG'
  | 'ENOENT'
  | 'ENOSPC'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'EPERM'
  | 'EROFS'
  | 'EXDEV';

/** A file operation that failed. The message is Pebble's: `stat /x: no such file or directory`. */
export class FileSystemError extends CharmwrightError {
  readonly code = 'file-system';
  readonly errorName: FileErrorName;

  constructor(errorName: FileErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.errorName = errorName;
  }
}

/** What a new file or directory shall be like. */
export interface NewFile {
  readonly permissions: number;
  /** Absent: whoever runs the daemon. */
  readonly owner?: Owner | undefined;
}

/**
 * The files of a container. All paths are absolute. Every method rejects with a
 * {@link FileSystemError} and with nothing else.
 */
export interface FileSystem {
  /** The status of what the path leads to; symbolic links are followed. */
  stat(path: string): Promise<FileStatus>;
  /** The status of the entry itself; a symbolic link is not followed. */
  lstat(path: string): Promise<FileStatus>;
  /** The names in a directory, sorted by code unit. */
  list(path: string): Promise<string[]>;
  /** Opens a regular file and resolves with its content, to be read in constant memory. */
  read(path: string): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Replaces the file at once: content goes to a temporary neighbour that is then renamed, so a
   * reader sees the old content or the new one and a symbolic link is replaced, not followed.
   * When `content` throws, the path is as it was and the error passes through.
   */
  write(path: string, content: AsyncIterable<Uint8Array>, as: NewFile): Promise<void>;
  /** Makes one directory; its parent must exist. The umask does not matter. */
  makeDirectory(path: string, as: NewFile): Promise<void>;
  /** Removes a file, an empty directory or a symbolic link. */
  remove(path: string): Promise<void>;
  /** Removes a path and all below it. What does not exist is no error. */
  removeAll(path: string): Promise<void>;
}
