import type { CallOptions } from './call-options.ts';
import type { Exchange } from './exchange.ts';
import { quotedParameter } from './multipart.ts';
import { octal, wireOwnership, type Ownership } from './ownership.ts';
import { throwPathError, wirePathResultsSchema, type WirePathResult } from './path-result.ts';

/** What a written file is like. */
export interface FileAttributes extends Ownership {
  /** Such as `0o640`. @default 0o644 */
  readonly permissions?: number | undefined;
  /** Make missing directories above it, with the same owner and 0o755. @default false */
  readonly makeDirs?: boolean | undefined;
}

/** How a file is written. */
export interface PushOptions extends CallOptions, FileAttributes {}

/** Content of a file: text goes as UTF-8; an iterable, such as a Node stream, is streamed. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array | string>;

/** Pieces of at most this size are sent, so that a large value gives the clock signs of life. */
const largestPiece = 256 * 1024;
/** In characters. */
const longestShortForm = 64 * 1024;

/** One of several files that are written together. */
export interface PushedFile extends FileAttributes {
  readonly path: string;
  readonly content: FileContent;
}

const what = 'push';

/** Writes files, one after the other, in one request. */
export async function pushFiles(
  exchange: Exchange,
  files: readonly PushedFile[],
  options?: CallOptions,
): Promise<void> {
  if (files.length === 0) return;
  const names = files.map(({ path }) => JSON.stringify(path)).join(', ');
  const results = await writeFiles(exchange, `${what} ${names}`, files, options);
  for (const { path } of files) throwPathError(what, path, results);
}

/** Writes files in one request and gives what became of each. None of the paths is there twice. */
export async function writeFiles(
  exchange: Exchange,
  whatExactly: string,
  files: readonly PushedFile[],
  options?: CallOptions,
): Promise<readonly WirePathResult[]> {
  const boundary = newBoundary();
  const request = {
    action: 'write',
    files: files.map(({ path, permissions, makeDirs = false, ...owner }) => ({
      path,
      'make-dirs': makeDirs,
      permissions: octal(permissions),
      ...wireOwnership(owner),
    })),
  };
  return await exchange.upload(
    whatExactly,
    {
      method: 'POST',
      path: '/v1/files',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: shortForm(boundary, request, files) ?? writeForm(boundary, request, files),
    },
    wirePathResultsSchema,
    options,
  );
}

/**
 * A boundary of the 32 characters that Pebble asks for, and some more: no content holds it by
 * chance. It is no secret, so it need not load `node:crypto`, which takes longer than the push.
 */
function newBoundary(): string {
  return randomDigits() + randomDigits() + randomDigits();
}

function randomDigits(): string {
  return Math.floor(Math.random() * 2 ** 52)
    .toString(16)
    .padStart(13, '0');
}

/** The form as one text, when all that it holds is short text: it leaves in one system call. */
function shortForm(
  boundary: string,
  request: unknown,
  files: readonly PushedFile[],
): string | undefined {
  let form = requestPart(boundary, request);
  for (const { path, content } of files) {
    if (typeof content !== 'string') return undefined;
    form += filePartHead(boundary, path) + content;
    if (form.length > longestShortForm) return undefined;
  }
  return form + formEnd(boundary);
}

async function* writeForm(
  boundary: string,
  request: unknown,
  files: readonly PushedFile[],
): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(requestPart(boundary, request));
  for (const { path, content } of files) {
    yield Buffer.from(filePartHead(boundary, path));
    if (typeof content === 'string' || content instanceof Uint8Array) {
      yield* slices(toBytes(content));
    } else {
      for await (const piece of content) {
        const bytes = toBytes(piece);
        if (bytes.length <= largestPiece) yield bytes;
        else yield* slices(bytes);
      }
    }
  }
  yield Buffer.from(formEnd(boundary));
}

function requestPart(boundary: string, request: unknown): string {
  const head = partHead(boundary, 'Content-Type: application/json', 'name="request"');
  return head + JSON.stringify(request);
}

function filePartHead(boundary: string, path: string): string {
  const names = `name="files"; ${quotedParameter('filename', path)}`;
  return `\r\n${partHead(boundary, 'Content-Type: application/octet-stream', names)}`;
}

function partHead(boundary: string, type: string, names: string): string {
  return `--${boundary}\r\n${type}\r\nContent-Disposition: form-data; ${names}\r\n\r\n`;
}

function formEnd(boundary: string): string {
  return `\r\n--${boundary}--\r\n`;
}

function toBytes(piece: string | Uint8Array): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece) : piece;
}

function* slices(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += largestPiece) {
    yield bytes.subarray(start, start + largestPiece);
  }
}
