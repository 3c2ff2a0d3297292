import { posix } from 'node:path';
import { messageOf } from '../../../errors.ts';
import { ApiError } from '../api-error.ts';
import type { DaemonState } from '../daemon-state.ts';
import { FileSystemError, type FileKind, type FileSystem } from '../file-system.ts';
import { readJson, type JsonBody } from '../request-body.ts';
import { BytesEndedError } from './byte-source.ts';
import { makeDirectories } from './make-directories.ts';
import { HeaderTooLongError, readParts, type Part } from './multipart-reader.ts';
import {
  PathRequestError,
  attemptPath,
  requestedOwner,
  requestedPermissions,
  type PathOutcome,
} from './path-problem.ts';

const defaultPermissions = 0o644;
const parentPermissions = 0o755;

/**
 * Writes the files of a multipart body as they arrive.
 *
 * @throws {ApiError} when the body is not what it should be; files before that are written.
 */
export async function writeFiles(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  daemon: DaemonState,
): Promise<PathOutcome[]> {
  const parts = readParts(body, boundary);
  const wanted = await readMetadata(await nextPart(parts, 'cannot read request metadata'));
  const outcomes = new Map<string, PathOutcome>();
  for (let index = 0; ; index += 1) {
    const part = await nextPart(parts, `cannot read file part ${index}`);
    if (part === undefined) {
      break;
    }
    if (part.name !== 'files') {
      throw new ApiError(400, `field name must be "files", got ${JSON.stringify(part.name)}`);
    }
    const request = wanted.get(part.fileName);
    if (request === undefined) {
      throw new ApiError(400, `no metadata for path ${JSON.stringify(part.fileName)}`);
    }
    outcomes.set(part.fileName, await writeFile(part, request, daemon));
  }
  return [...wanted.keys()].map(
    (path) =>
      outcomes.get(path) ?? {
        path,
        error: {
          message: `no file content for path ${JSON.stringify(path)}`,
          kind: 'generic-file-error',
        },
      },
  );
}

async function readMetadata(part: Part | undefined): Promise<Map<string, JsonBody>> {
  if (part === undefined) {
    throw new ApiError(400, 'cannot read request metadata: EOF');
  }
  if (part.name !== 'request') {
    throw new ApiError(
      400,
      `metadata field name must be "request", got ${JSON.stringify(part.name)}`,
    );
  }
  const metadata = await wholePart(part, 'cannot decode request metadata');
  const action = metadata.text('action');
  if (action !== 'write') {
    throw new ApiError(400, `multipart action must be "write", got ${JSON.stringify(action)}`);
  }
  const files = metadata.objects('files');
  if (files.length === 0) {
    throw new ApiError(400, 'must specify one or more files');
  }
  return new Map(files.map((file) => [file.text('path'), file]));
}

async function wholePart(part: Part, words: string): Promise<JsonBody> {
  try {
    return await readJson(part.content, words);
  } catch (error) {
    if (error instanceof BytesEndedError) {
      throw new ApiError(400, `${words}: unexpected EOF`);
    }
    throw error;
  }
}

function writeFile(
  part: Part,
  request: JsonBody,
  { files, accounts }: DaemonState,
): Promise<PathOutcome> {
  return attemptPath(part.fileName, async () => {
    const path = posix.normalize(part.fileName);
    const permissions = requestedPermissions(request, defaultPermissions);
    const owner = requestedOwner(request, accounts);
    if (request.flag('make-dirs')) {
      try {
        await makeDirectories(files, directoryOf(path), {
          permissions: parentPermissions,
          owner,
        });
      } catch (error) {
        if (error instanceof FileSystemError) {
          throw new FileSystemError(error.errorName, `cannot create directory: ${error.message}`, {
            cause: error,
          });
        }
        throw error;
      }
    }
    const name = posix.basename(path);
    if (name.includes('*')) {
      throw new PathRequestError(
        `cannot create tempfile for filename containing '*': ${JSON.stringify(name)}`,
      );
    }
    if (path.endsWith('/')) {
      await refuseDirectory(path, files);
    }
    try {
      await files.write(path, part.content, { permissions, owner });
    } catch (error) {
      if (error instanceof BytesEndedError) {
        throw new PathRequestError('unexpected EOF', { cause: error });
      }
      throw error;
    }
  });
}

/** What comes before the last slash. */
function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** Pebble looks for room for its temporary file in what the name says is a directory. */
async function refuseDirectory(path: string, files: FileSystem): Promise<never> {
  const temporary = `${path}${posix.basename(path)}~`;
  let kind: FileKind | undefined;
  try {
    ({ kind } = await files.stat(directoryOf(path)));
  } catch (error) {
    if (!(error instanceof FileSystemError)) {
      throw error;
    }
    throw new FileSystemError(
      error.errorName,
      error.message.replace(/^stat [^]*?(?=: [^:]*$)/, `open ${temporary}`),
      { cause: error },
    );
  }
  throw kind === 'directory'
    ? new FileSystemError('EEXIST', `rename ${temporary} ${path}: file exists`)
    : new FileSystemError('ENOTDIR', `open ${temporary}: not a directory`);
}

async function nextPart(parts: AsyncGenerator<Part>, words: string): Promise<Part | undefined> {
  try {
    const next = await parts.next();
    return next.done === true ? undefined : next.value;
  } catch (error) {
    if (error instanceof BytesEndedError || error instanceof HeaderTooLongError) {
      throw new ApiError(400, `${words}: multipart: NextPart: ${messageOf(error)}`);
    }
    throw error;
  }
}
