import { randomInt } from 'node:crypto';
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
import { goQuote } from '../../../pebble/plan/go-quote.ts';

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
      throw new ApiError(400, `field name must be "files", got ${goQuote(part.name)}`);
    }
    const request = wanted.byPath.get(part.fileName);
    if (request === undefined) {
      throw new ApiError(400, `no metadata for path ${goQuote(part.fileName)}`);
    }
    outcomes.set(part.fileName, await writeFile(part, request, daemon));
  }
  return wanted.paths.map(
    (path) =>
      outcomes.get(path) ?? {
        path,
        error: {
          message: `no file content for path ${goQuote(path)}`,
          kind: 'generic-file-error',
        },
      },
  );
}

/** What a request says of its files. One that is named twice is as it is named last. */
interface Metadata {
  readonly paths: readonly string[];
  readonly byPath: ReadonlyMap<string, JsonBody>;
}

async function readMetadata(part: Part | undefined): Promise<Metadata> {
  if (part === undefined) {
    throw new ApiError(400, 'cannot read request metadata: EOF');
  }
  if (part.name !== 'request') {
    throw new ApiError(400, `metadata field name must be "request", got ${goQuote(part.name)}`);
  }
  const metadata = await wholePart(part, 'cannot decode request metadata');
  const action = metadata.text('action');
  if (action !== 'write') {
    throw new ApiError(400, `multipart action must be "write", got ${goQuote(action)}`);
  }
  const files = metadata.objects('files');
  if (files.length === 0) {
    throw new ApiError(400, 'must specify one or more files');
  }
  const named = files.map((file) => [file.text('path'), file] as const);
  return { paths: named.map(([path]) => path), byPath: new Map(named) };
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
        `cannot create tempfile for filename containing '*': ${goQuote(name)}`,
      );
    }
    if (path === '/') {
      throw new PathRequestError('createtemp /.*~: pattern contains path separator');
    }
    if (/\/(?:\.\.?)?$/.test(part.fileName)) {
      await refuseDirectory(part.fileName, files);
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
  const temporary = `${directoryOf(path)}/${posix.basename(path)}.${randomInt(1e9, 1e10)}~`;
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
