import type { CallOptions } from './call-options.ts';
import type { Exchange } from './exchange.ts';
import { quotedParameter } from './multipart.ts';
import { octal, wireOwnership, type Ownership } from './ownership.ts';
import { throwPathError, wirePathResultsSchema } from './path-result.ts';

/** How a file is written. */
export interface PushOptions extends CallOptions, Ownership {
  /** Such as `0o640`. @default 0o644 */
  readonly permissions?: number | undefined;
  /** Make missing directories above it, with the same owner and 0o755. @default false */
  readonly makeDirs?: boolean | undefined;
}

/** Content of a file: text goes as UTF-8; an iterable, such as a Node stream, is streamed. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array | string>;

/** Pieces of at most this size are sent, so that a large value gives the clock signs of life. */
const largestPiece = 256 * 1024;

/** Writes a file. */
export async function push(
  exchange: Exchange,
  path: string,
  content: FileContent,
  { permissions, makeDirs = false, userId, user, groupId, group, ...options }: PushOptions = {},
): Promise<void> {
  const what = 'push';
  const boundary = newBoundary();
  const request = {
    action: 'write',
    files: [
      {
        path,
        'make-dirs': makeDirs,
        permissions: octal(permissions),
        ...wireOwnership({ userId, user, groupId, group }),
      },
    ],
  };
  const results = await exchange.upload(
    `${what} ${JSON.stringify(path)}`,
    {
      method: 'POST',
      path: '/v1/files',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: writeForm(boundary, request, path, content),
    },
    wirePathResultsSchema,
    options,
  );
  throwPathError(what, path, results);
}

/**
 * A boundary of the 32 characters that Pebble asks for, and some more: no content holds it by
 * chance. It is no secret, so it need not load `node:crypto`, which takes longer than the push.
 */
function newBoundary(): string {
  const words = Array.from({ length: 5 }, () => Math.floor(Math.random() * 2 ** 32));
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}

async function* writeForm(
  boundary: string,
  request: unknown,
  path: string,
  content: FileContent,
): AsyncGenerator<Uint8Array, void, undefined> {
  const head = [
    `--${boundary}`,
    'Content-Type: application/json',
    'Content-Disposition: form-data; name="request"',
    '',
    JSON.stringify(request),
    `--${boundary}`,
    'Content-Type: application/octet-stream',
    `Content-Disposition: form-data; name="files"; ${quotedParameter('filename', path)}`,
    '',
    '',
  ];
  yield Buffer.from(head.join('\r\n'));
  if (typeof content === 'string' || content instanceof Uint8Array) {
    yield* slices(toBytes(content));
  } else {
    for await (const piece of content) yield* slices(toBytes(piece));
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

function toBytes(piece: string | Uint8Array): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece) : piece;
}

function* slices(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += largestPiece) {
    yield bytes.subarray(start, start + largestPiece);
  }
}
