import type { CallOptions } from './call-options.ts';
import { PebbleProtocolError } from './errors.ts';
import type { Exchange, OpenReply } from './exchange.ts';
import { FilesReply } from './files-reply.ts';
import { throwPathError } from './path-result.ts';
import { openFiles } from './read-files.ts';

/**
 * A file that is being read. It holds a connection until it is read to its end or cancelled.
 *
 * Iterating throws a `PebblePathError` when the daemon cannot read the file to its end, so that a
 * loop which ends has seen all of it.
 */
export class PulledFile implements AsyncIterable<Uint8Array> {
  readonly #content: AsyncGenerator<Uint8Array, void, undefined>;

  /** @internal */
  constructor(content: AsyncGenerator<Uint8Array, void, undefined>) {
    this.#content = content;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, void, undefined> {
    return this.#content;
  }

  /** Reads the rest of the file. */
  async bytes(): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.#content) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Reads the rest of the file as UTF-8. */
  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  /** Leaves the rest unread. */
  async cancel(): Promise<void> {
    await this.#content.return();
  }
}

const what = 'pull';

/** Opens a file for reading. */
export async function pull(
  exchange: Exchange,
  path: string,
  options?: CallOptions,
): Promise<PulledFile> {
  const whatExactly = `${what} ${JSON.stringify(path)}`;
  const reply = await openFiles(exchange, whatExactly, path, options);
  const content = readContent(whatExactly, path, reply);
  // The first, empty piece says that the daemon has opened the file.
  await content.next();
  return new PulledFile(content);
}

async function* readContent(
  whatExactly: string,
  path: string,
  { headers, body }: OpenReply,
): AsyncGenerator<Uint8Array, void, undefined> {
  const files = new FilesReply(whatExactly, headers);
  let opened = false;
  for await (const bytes of body) {
    for (const piece of files.read(bytes)) {
      if (piece.type === 'part') opened = true;
      yield piece.type === 'part' ? new Uint8Array() : piece.bytes;
    }
  }
  throwPathError(what, path, files.results());
  if (!opened) throw new PebbleProtocolError(whatExactly, 'it holds no file and no error');
}
