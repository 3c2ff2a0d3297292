import type { FileErrorName } from '../../simulator/pebble/file-system.ts';

/** The kernel's errors in the words that Pebble shows. */
const texts: Readonly<Record<FileErrorName, string>> = {
  E2BIG: 'argument list too long',
  EACCES: 'permission denied',
  EBUSY: 'device or resource busy',
  EEXIST: 'file exists',
  EINVAL: 'invalid argument',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
  EXDEV: 'invalid cross-device link',
};

/** The kernel's name of what was thrown, `EIO` when it has none that we know. */
export function errnoOf(thrown: unknown): FileErrorName {
  const code: unknown =
    typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  // Node looks at a path before the kernel does.
  if (code === 'ERR_INVALID_ARG_VALUE') {
    return 'EINVAL';
  }
  return isKnown(code) ? code : 'EIO';
}

export function errnoText(name: FileErrorName): string {
  return texts[name];
}

function isKnown(code: unknown): code is FileErrorName {
  return typeof code === 'string' && Object.hasOwn(texts, code);
}
