import { messageOf } from '../errors.ts';
import { parseEnvelope, readResult } from './envelope.ts';
import { PebbleProtocolError } from './errors.ts';
import { BrokenFormError, FormReader, boundaryOf, type FormPiece } from './multipart.ts';
import { wirePathResultsSchema, type WirePathResult } from './path-result.ts';

/** The reply's last part tells what became of each path, in some hundred bytes. */
const longestTrailer = 1024 * 1024;

/** A reply that holds files, as it arrives. One that cannot be opened is not in it. */
export class FilesReply {
  readonly #what: string;
  readonly #form: FormReader;
  #part = '';
  readonly #trailer: Uint8Array[] = [];
  #trailerLength = 0;

  constructor(what: string, headers: Readonly<Record<string, string>>) {
    this.#what = what;
    this.#form = new FormReader(boundaryOf(headers['content-type']));
  }

  /** Takes the next bytes and gives what they hold of files: their beginnings, and their content. */
  *read(bytes: Uint8Array): Generator<FormPiece, void, undefined> {
    try {
      for (const piece of this.#form.read(bytes)) {
        if (piece.type === 'part') this.#part = piece.name;
        if (this.#part === 'files') yield piece;
        else if (this.#part === 'response' && piece.type === 'content') this.#keep(piece.bytes);
      }
    } catch (cause) {
      throw this.#explain(cause);
    }
  }

  /** What became of each path: nothing else tells whether a file was whole. */
  results(): readonly WirePathResult[] {
    try {
      this.#form.end();
    } catch (cause) {
      throw this.#explain(cause);
    }
    const text = Buffer.concat(this.#trailer).toString('utf8');
    const envelope = parseEnvelope(this.#what, text, 200);
    return readResult(this.#what, envelope, wirePathResultsSchema);
  }

  #keep(bytes: Uint8Array): void {
    this.#trailerLength += bytes.length;
    if (this.#trailerLength > longestTrailer) {
      throw new PebbleProtocolError(this.#what, 'its last part does not end');
    }
    this.#trailer.push(bytes);
  }

  #explain(cause: unknown): unknown {
    if (!(cause instanceof BrokenFormError)) return cause;
    return new PebbleProtocolError(this.#what, messageOf(cause), { cause });
  }
}
