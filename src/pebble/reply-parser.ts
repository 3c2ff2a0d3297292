import { BrokenReplyError, readHead, type ReplyHead } from './reply-head.ts';

/** Hears the parts of one reply, in order. */
export interface ReplyListener {
  head(head: ReplyHead): void;
  body(piece: Buffer): void;
  /** The reply is whole. */
  end(): void;
}

/** Of the status line and all header lines together, and of the lines around chunks. */
const longestHead = 16 * 1024;

type State =
  | 'head'
  | 'length'
  | 'close'
  | 'chunk-size'
  | 'chunk'
  | 'chunk-end'
  | 'trailer'
  | 'done';

const chunkSize = /^([0-9a-f]{1,12})[ \t]*(?:;|$)/i;

/**
 * Reads one HTTP/1.1 reply from the pieces in which it arrives. It takes the forms that a server may
 * use (a length, chunks, or the end of the connection) and no others: whatever could be understood
 * in two ways is refused.
 */
export class ReplyParser {
  readonly #listener: ReplyListener;
  #state: State = 'head';
  /** The beginning of a line, or of the head, whose end has not come yet. */
  #held: Buffer = Buffer.alloc(0);
  /** Bytes that are still to come of the body or of the chunk. */
  #left = 0;
  #keepAlive = false;

  constructor(listener: ReplyListener) {
    this.#listener = listener;
  }

  /** Whether the connection may carry another exchange. Known when the reply is whole. */
  get keepAlive(): boolean {
    return this.#state === 'done' && this.#keepAlive;
  }

  /**
   * Takes the next bytes of the connection.
   *
   * @throws {BrokenReplyError} when they cannot be part of a reply, or follow its end.
   */
  feed(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) rest = this.#take(rest);
  }

  /** The connection has ended. Returns whether the reply is whole. */
  finish(): boolean {
    if (this.#state === 'close') this.#done();
    return this.#state === 'done';
  }

  /** Takes some of the bytes and returns the others. */
  #take(bytes: Buffer): Buffer {
    switch (this.#state) {
      case 'head':
        return this.#takeHead(bytes);
      case 'length':
      case 'chunk':
        return this.#takeCounted(bytes);
      case 'close':
        this.#listener.body(bytes);
        return bytes.subarray(bytes.length);
      case 'chunk-size':
      case 'chunk-end':
      case 'trailer':
        return this.#takeLine(bytes);
      default:
        throw new BrokenReplyError('bytes follow the end of the reply');
    }
  }

  #takeHead(bytes: Buffer): Buffer {
    const seen = this.#gather(bytes);
    const end = seen.indexOf('\r\n\r\n');
    if (end === -1) {
      this.#hold(seen, 'the headers do not end');
      // Tells at once what no reply begins with, rather than waiting for the end of its headers.
      const begin = seen.toString('latin1', 0, 9);
      if (!'HTTP/1.1 '.startsWith(begin) && !'HTTP/1.0 '.startsWith(begin)) {
        throw new BrokenReplyError('it does not begin with a status line');
      }
      return seen.subarray(seen.length);
    }
    this.#begin(seen.toString('latin1', 0, end));
    return seen.subarray(end + 4);
  }

  #begin(text: string): void {
    const { minorVersion, status, headers } = readHead(text);
    // An interim reply, such as `100 Continue`: the real one follows.
    if (status < 200 && status !== 101) return;
    const connection = headers['connection']?.toLowerCase();
    this.#keepAlive =
      minorVersion === '1'
        ? connection === undefined || !/\bclose\b/.test(connection)
        : connection !== undefined && /\bkeep-alive\b/.test(connection);
    const coding = headers['transfer-encoding']?.toLowerCase();
    const length = headers['content-length'];
    if (coding !== undefined && (coding !== 'chunked' || length !== undefined)) {
      throw new BrokenReplyError('it does not say how long its body is in one way');
    }
    if (length !== undefined && !/^\d{1,15}$/.test(length)) {
      throw new BrokenReplyError('its length is not a number');
    }
    this.#listener.head({ status, headers });
    if (status === 204 || status === 304) this.#done();
    else if (coding !== undefined) this.#state = 'chunk-size';
    else if (length === undefined) this.#untilClose();
    else if (Number(length) === 0) this.#done();
    else this.#count('length', Number(length));
  }

  #untilClose(): void {
    this.#keepAlive = false;
    this.#state = 'close';
  }

  #count(state: 'length' | 'chunk', bytes: number): void {
    this.#state = state;
    this.#left = bytes;
  }

  #takeCounted(bytes: Buffer): Buffer {
    const piece = bytes.subarray(0, this.#left);
    this.#left -= piece.length;
    this.#listener.body(piece);
    if (this.#left === 0) {
      if (this.#state === 'length') this.#done();
      else this.#state = 'chunk-end';
    }
    return bytes.subarray(piece.length);
  }

  #takeLine(bytes: Buffer): Buffer {
    const seen = this.#gather(bytes);
    const end = seen.indexOf('\r\n');
    if (end === -1) {
      this.#hold(seen, 'a line between chunks does not end');
      return seen.subarray(seen.length);
    }
    this.#endLine(seen.toString('latin1', 0, end));
    return seen.subarray(end + 2);
  }

  #endLine(line: string): void {
    if (this.#state === 'chunk-size') {
      const [, digits] = chunkSize.exec(line) ?? [];
      if (digits === undefined) throw new BrokenReplyError('a chunk does not say how long it is');
      const size = Number.parseInt(digits, 16);
      if (size === 0) this.#state = 'trailer';
      else this.#count('chunk', size);
    } else if (this.#state === 'chunk-end') {
      if (line !== '') throw new BrokenReplyError('a chunk is longer than it says');
      this.#state = 'chunk-size';
    } else if (line === '') {
      this.#done();
    }
  }

  #done(): void {
    this.#state = 'done';
    this.#listener.end();
  }

  #gather(bytes: Buffer): Buffer {
    if (this.#held.length === 0) return bytes;
    const seen = Buffer.concat([this.#held, bytes]);
    this.#held = Buffer.alloc(0);
    return seen;
  }

  #hold(seen: Buffer, tooLong: string): void {
    if (seen.length > longestHead) throw new BrokenReplyError(tooLong);
    this.#held = seen;
  }
}
