/** A piece of a form that arrives: a part begins, or some of its content is here. */
export type FormPiece =
  | {
      readonly type: 'part';
      readonly name: string;
      /** As the header spells it; empty when it names no file. */
      readonly fileName: string;
    }
  | { readonly type: 'content'; readonly bytes: Uint8Array };

/** The form that arrives breaks the rules or off. */
export class BrokenFormError extends Error {
  override readonly name = 'BrokenFormError';
}

/** More header, or more after the form's end, is no form of Pebble's. */
const longestMargin = 64 * 1024;

/**
 * Spells a parameter of a `Content-Disposition` so that Go reads it back as it was.
 *
 * Go takes quoted text with UTF-8 in it, but no control characters; those need RFC 2231's form.
 */
export function quotedParameter(name: string, value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are the point
  if (!/[\u0000-\u001f\u007f]/.test(value)) {
    return `${name}="${value.replace(/["\\]/g, '\\$&')}"`;
  }
  const encoded = encodeURIComponent(value).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${name}*=utf-8''${encoded}`;
}

/** Spells a path the way Pebble does in the header of a part that holds the file. */
export function spelledFileName(path: string): string {
  return path.replace(/[\\"]/g, '\\$&').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Finds the boundary that the content type of a form names: empty when it names none. */
export function boundaryOf(contentType = ''): string {
  const match = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2] ?? '';
}

/** Reads a form piece by piece, holding back no more than a boundary's length of content. */
export class FormReader {
  readonly #separator: Buffer;
  #state: 'content' | 'after-separator' | 'header' | 'after-form' = 'content';
  #inPart = false;
  /** The form's first separator stands at its very start, without the line break before it. */
  #held: Buffer = Buffer.from('\r\n');

  constructor(boundary: string) {
    this.#separator = Buffer.from(`\r\n--${boundary}`);
  }

  /**
   * Takes the next bytes and gives what they hold.
   *
   * @throws {BrokenFormError} when they are no part of a form.
   */
  *read(bytes: Uint8Array): Generator<FormPiece, void, undefined> {
    this.#held = this.#held.length === 0 ? asBuffer(bytes) : Buffer.concat([this.#held, bytes]);
    for (;;) {
      const before = this.#state;
      const piece = this.#take();
      if (piece !== undefined) yield piece;
      else if (this.#state === before) return;
    }
  }

  /** @throws {BrokenFormError} when the form has not come to its end. */
  end(): void {
    if (this.#state !== 'after-form') {
      throw new BrokenFormError('the form breaks off before its end');
    }
  }

  /** Takes a step, as far as what is held lets it. */
  #take(): FormPiece | undefined {
    switch (this.#state) {
      case 'content':
        return this.#takeContent();
      case 'after-separator':
        return this.#takeMark();
      case 'header':
        return this.#takeHeader();
      default:
        // What little follows is read, so that the connection can serve again.
        if (this.#held.length > longestMargin) {
          throw new BrokenFormError('it goes on after its end');
        }
        return undefined;
    }
  }

  #takeContent(): FormPiece | undefined {
    const held = this.#held;
    const end = held.indexOf(this.#separator);
    const content = held.subarray(0, end === -1 ? certain(held, this.#separator) : end);
    if (end === -1) {
      this.#held = held.subarray(content.length);
    } else {
      this.#held = held.subarray(end + this.#separator.length);
      this.#state = 'after-separator';
    }
    if (content.length > 0 && this.#inPart) return { type: 'content', bytes: content };
    return undefined;
  }

  #takeMark(): undefined {
    if (this.#held.length < 2) return;
    const mark = this.#held.toString('latin1', 0, 2);
    if (mark === '--') {
      this.#state = 'after-form';
    } else if (mark === '\r\n') {
      // The line break stays: an empty header begins with the blank line's own.
      this.#state = 'header';
    } else {
      throw new BrokenFormError('a separator does not end its line');
    }
  }

  #takeHeader(): FormPiece | undefined {
    const end = this.#held.indexOf('\r\n\r\n');
    if (end === -1) {
      if (this.#held.length > longestMargin) {
        throw new BrokenFormError('the header of a part does not end');
      }
      return undefined;
    }
    const part = partOf(this.#held.toString('utf8', 0, end));
    this.#held = this.#held.subarray(end + 4);
    this.#inPart = true;
    this.#state = 'content';
    return part;
  }
}

function partOf(header: string): FormPiece {
  const disposition = /^content-disposition:.*$/im.exec(header)?.[0] ?? '';
  const name = /;\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) throw new BrokenFormError('a part has no name');
  const fileName = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1] ?? '';
  return { type: 'part', name, fileName };
}

/** How much of the held content cannot be the beginning of a separator: most often all of it. */
function certain(held: Buffer, separator: Buffer): number {
  const first = separator[0] ?? 0;
  let start = held.indexOf(first, Math.max(0, held.length - separator.length + 1));
  while (start !== -1) {
    const rest = held.subarray(start);
    if (rest.equals(separator.subarray(0, rest.length))) return start;
    start = held.indexOf(first, start + 1);
  }
  return held.length;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
