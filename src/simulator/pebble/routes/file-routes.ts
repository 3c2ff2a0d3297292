import { posix } from 'node:path';
import { messageOf } from '../../../errors.ts';
import { ApiError } from '../api-error.ts';
import type { DaemonState } from '../daemon-state.ts';
import { FileSystemError, type FileKind, type FileSystem } from '../file-system.ts';
import { GlobSyntaxError } from '../files/glob.ts';
import { listFiles } from '../files/list-files.ts';
import { makeDirectories } from '../files/make-directories.ts';
import { parameterOf } from '../files/multipart-reader.ts';
import {
  attemptPath,
  problemKind,
  requestedOwner,
  requestedPermissions,
  type PathOutcome,
} from '../files/path-problem.ts';
import { readFiles } from '../files/read-files.ts';
import { writeFiles } from '../files/write-files.ts';
import { syncReply } from '../reply.ts';
import { bodyOf, readJson, type JsonBody } from '../request-body.ts';
import type { Call, Handler, Route } from './route.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

const directoryPermissions = 0o755;
const shortestBoundary = 32;

const readActions: Readonly<Record<string, Handler>> = {
  read: async (call, { files }) => {
    const paths = call.queryAll('path');
    if (paths.length === 0) {
      throw new ApiError(400, 'must specify one or more paths');
    }
    if (call.request.headers?.['accept'] !== 'multipart/form-data') {
      throw new ApiError(400, 'must accept multipart/form-data');
    }
    return readFiles(paths, files);
  },
  list,
};

const editActions: Readonly<
  Record<string, (body: JsonBody, daemon: DaemonState) => Promise<PathOutcome[]>>
> = {
  'make-dirs': async (body, daemon) => {
    const outcomes: PathOutcome[] = [];
    for (const directory of body.objects('dirs')) {
      outcomes.push(await makeDirectory(directory, daemon));
    }
    return outcomes;
  },
  remove: async (body, { files }) => {
    const outcomes: PathOutcome[] = [];
    for (const request of body.objects('paths')) {
      const path = request.text('path');
      const recursive = request.flag('recursive');
      outcomes.push(
        await attemptPath(path, async () => {
          await (recursive ? removeTree(path, files) : removeOne(path, files));
        }),
      );
    }
    return outcomes;
  },
  write: async () => {
    throw new ApiError(400, 'must use multipart with "write" action');
  },
};

const getFiles: Handler = async (call, daemon) => {
  const action = call.query('action');
  const handler = Object.hasOwn(readActions, action) ? readActions[action] : undefined;
  if (handler === undefined) {
    throw new ApiError(400, `invalid action ${goQuote(action)}`);
  }
  return handler(call, daemon);
};

/** A media type with its parameters, and perhaps a semicolon too many. */
const mediaTypePattern =
  /^\s*[^;\s]+(?:\s*;\s*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"(?:[^"\\]|\\.)*"))*\s*;?\s*$/;

const postFiles: Handler = async (call, daemon) => {
  const contentType = call.request.headers?.['content-type'] ?? '';
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!mediaTypePattern.test(contentType)) {
    throw new ApiError(400, `invalid Content-Type ${goQuote(contentType)}`);
  }
  switch (mediaType) {
    case 'multipart/form-data': {
      const boundary = parameterOf(contentType, 'boundary');
      if (boundary.length < shortestBoundary) {
        throw new ApiError(400, `invalid boundary ${goQuote(boundary)}`);
      }
      return syncReply(await writeFiles(bodyOf(call.request), boundary, daemon));
    }
    case 'application/json': {
      const body = await readJson(bodyOf(call.request), 'cannot decode request body');
      const action = body.text('action');
      const edit = Object.hasOwn(editActions, action) ? editActions[action] : undefined;
      if (edit === undefined) {
        throw new ApiError(400, `invalid action ${goQuote(action)}`);
      }
      return syncReply(await edit(body, daemon));
    }
    default:
      throw new ApiError(400, `invalid media type ${goQuote(mediaType)}`);
  }
};

async function removeTree(path: string, files: FileSystem): Promise<void> {
  if (path.endsWith('/.')) {
    throw new FileSystemError('EINVAL', `RemoveAll ${path}: invalid argument`);
  }
  // Pebble empties the directory before it comes to this.
  if (path.endsWith('/..')) {
    throw new FileSystemError('ENOTEMPTY', `unlinkat ${path}: directory not empty`);
  }
  await files.removeAll(path);
}

/** A slash at the end of a path says that it is a directory itself, not a link to one. */
async function removeOne(path: string, files: FileSystem): Promise<void> {
  const named = path.replace(/(?<=.)\/+$/, '');
  if (named !== path && (await kindIfThere(named, files)) !== 'directory') {
    throw new FileSystemError('ENOTDIR', `remove ${path}: not a directory`);
  }
  await files.remove(path);
}

async function kindIfThere(path: string, files: FileSystem): Promise<FileKind> {
  try {
    return (await files.lstat(path)).kind;
  } catch (error) {
    // What is not there is for the removal to report.
    if (error instanceof FileSystemError) return 'directory';
    throw error;
  }
}

async function list(call: Call, daemon: DaemonState): ReturnType<Handler> {
  const path = call.query('path');
  const itself = call.query('itself');
  if (path === '') {
    throw new ApiError(400, 'must specify path');
  }
  if (!path.startsWith('/')) {
    throw new ApiError(400, `path must be absolute, got ${goQuote(path)}`);
  }
  if (!['', 'true', 'false'].includes(itself)) {
    throw new ApiError(400, 'itself parameter must be "true" or "false"');
  }
  try {
    return syncReply(await listFiles(path, call.query('pattern'), itself === 'true', daemon));
  } catch (error) {
    if (error instanceof FileSystemError || error instanceof GlobSyntaxError) {
      const kind = problemKind(error);
      throw new ApiError(listStatuses[kind] ?? 400, messageOf(error), kind);
    }
    throw error;
  }
}

const listStatuses: Readonly<Record<string, number>> = {
  'not-found': 404,
  'permission-denied': 403,
};

function makeDirectory(request: JsonBody, { files, accounts }: DaemonState): Promise<PathOutcome> {
  const path = request.text('path');
  return attemptPath(path, async () => {
    const permissions = requestedPermissions(request, directoryPermissions);
    const owner = requestedOwner(request, accounts);
    const clean = posix.normalize(path).replace(/(?<=.)\/$/, '');
    await (request.flag('make-parents')
      ? makeDirectories(files, clean, { permissions, owner })
      : files.makeDirectory(clean, { permissions, owner }));
  });
}

export const fileRoutes: readonly Route[] = [{ path: '/v1/files', get: getFiles, post: postFiles }];
