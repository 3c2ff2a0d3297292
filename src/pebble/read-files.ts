import type { CallOptions } from './call-options.ts';
import { PebbleProtocolError } from './errors.ts';
import type { Exchange, OpenReply } from './exchange.ts';
import { FilesReply } from './files-reply.ts';
import { spelledFileName } from './multipart.ts';
import type { WirePathResult } from './path-result.ts';

/** A piece of files that arrive: one begins, or some of its content is here. */
export type FilesPiece =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'content'; readonly bytes: Uint8Array };

/** Asks for files, whose reply is given as it arrives. */
export async function openFiles(
  exchange: Exchange,
  what: string,
  path: string | readonly string[],
  options?: CallOptions,
): Promise<OpenReply> {
  return await exchange.open(
    what,
    {
      method: 'GET',
      path: '/v1/files',
      query: { action: 'read', path },
      headers: { accept: 'multipart/form-data' },
    },
    'multipart/form-data',
    options,
  );
}

/**
 * Reads files in one request, one after the other and each as it arrives. Only what this returns, at
 * the end, tells which of them were read whole.
 *
 * @param paths none of them twice.
 */
export async function* readFiles(
  exchange: Exchange,
  what: string,
  paths: readonly string[],
  options?: CallOptions,
): AsyncGenerator<FilesPiece, readonly WirePathResult[], undefined> {
  const expected = new Map(paths.map((path) => [spelledFileName(path), path]));
  const { headers, body } = await openFiles(exchange, what, paths, options);
  const files = new FilesReply(what, headers);
  for await (const bytes of body) {
    for (const piece of files.read(bytes)) {
      if (piece.type === 'content') {
        yield piece;
        continue;
      }
      const path = expected.get(piece.fileName);
      if (path === undefined) {
        throw new PebbleProtocolError(what, 'it holds a file that was not asked for');
      }
      expected.delete(piece.fileName);
      yield { type: 'file', path };
    }
  }
  return files.results();
}
