import { messageOf } from '../errors.ts';
import type { CallOptions } from './call-options.ts';
import { PebbleProtocolError } from './errors.ts';
import { parseEnvelope, readResult } from './envelope.ts';
import type { Exchange, OpenReply } from './exchange.ts';
import { BrokenFormError, FormReader, boundaryOf } from './multipart.ts';
import { throwPathError, wirePathResultsSchema } from './path-result.ts';

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
/** The reply's last part tells what became of each path; one path's result is short. */
const longestTrailer = 1024 * 1024;

/** Opens a file for reading. */
export async function pull(
  exchange: Exchange,
  path: string,
  options?: CallOptions,
): Promise<PulledFile> {
  const whatExactly = `${what} ${JSON.stringify(path)}`;
  const reply = await exchange.open(
    whatExactly,
    {
      method: 'GET',
      path: '/v1/files',
      query: { action: 'read', path },
      headers: { accept: 'multipart/form-data' },
    },
    'multipart/form-data',
    options,
  );
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
  const form = new FormReader(boundaryOf(headers['content-type']));
  const trailer: Uint8Array[] = [];
  let trailerLength = 0;
  let part = '';
  let opened = false;
  try {
    for await (const bytes of body) {
      for (const piece of form.read(bytes)) {
        if (piece.type === 'part') {
          part = piece.name;
          if (part !== 'files') continue;
          opened = true;
          yield new Uint8Array();
        } else if (part === 'files') {
          yield piece.bytes;
        } else if (part === 'response') {
          trailerLength += piece.bytes.length;
          if (trailerLength > longestTrailer) {
            throw new PebbleProtocolError(whatExactly, 'its last part does not end');
          }
          trailer.push(piece.bytes);
        }
      }
    }
    form.end();
  } catch (cause) {
    if (!(cause instanceof BrokenFormError)) throw cause;
    throw new PebbleProtocolError(whatExactly, messageOf(cause), { cause });
  }
  const text = Buffer.concat(trailer).toString('utf8');
  const envelope = parseEnvelope(whatExactly, text, 200);
  throwPathError(what, path, readResult(whatExactly, envelope, wirePathResultsSchema));
  if (!opened) throw new PebbleProtocolError(whatExactly, 'it holds no file and no error');
}
