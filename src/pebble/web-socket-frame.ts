/** What frames hold, in the numbers of RFC 6455. */
export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** Hears what comes, in order. */
export interface FrameListener {
  text(message: string): void;
  binary(message: Buffer): void;
  ping(payload: Buffer): void;
  /** The other side's farewell: nothing follows it. */
  close(): void;
}

/** The bytes are no frames of a server, or not in an order that there may be. */
export class BrokenFrameError extends Error {
  override readonly name = 'BrokenFrameError';
}

/** Pebble sends 128 KiB at most. */
const largestMessage = 16 * 1024 * 1024;
/** Of a frame that is no part of a message. */
const largestControl = 125;

/** What precedes the payload in a frame. */
interface FrameHead {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly length: number;
}

/** Reads a server's frames, however they are cut, and puts messages together that come in several. */
export class FrameReader {
  readonly #listener: FrameListener;
  /** The beginning of a head. */
  #held: Buffer = Buffer.alloc(0);
  #head: FrameHead | undefined;
  /** Bytes that are still to come of the frame. */
  #left = 0;
  /** Of the frame. */
  #payload: Buffer[] = [];
  /** Of the message before this frame. */
  #message: Buffer[] = [];
  #messageLength = 0;
  #messageOpcode: number | undefined;
  #closed = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** @throws {BrokenFrameError} when the bytes cannot be what follows. */
  feed(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0 && !this.#closed) {
      rest = this.#head === undefined ? this.#takeHead(rest) : this.#takePayload(this.#head, rest);
    }
  }

  #takeHead(bytes: Buffer): Buffer {
    const seen = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const size = headSize(seen);
    if (size === undefined || seen.length < size) {
      this.#held = seen;
      return seen.subarray(seen.length);
    }
    this.#held = Buffer.alloc(0);
    const head = readHead(seen);
    this.#check(head);
    this.#head = head;
    this.#left = head.length;
    const rest = seen.subarray(size);
    if (head.length === 0) this.#finish(head);
    return rest;
  }

  #check({ opcode, isLast, length }: FrameHead): void {
    if (opcode >= opcodes.close) {
      const isKnown = opcode <= opcodes.pong;
      if (!isKnown || !isLast || length > largestControl) {
        throw new BrokenFrameError('a frame of control is not as one has to be');
      }
      return;
    }
    if (opcode > opcodes.binary) throw new BrokenFrameError('a frame is of an unknown kind');
    if ((opcode === opcodes.continuation) !== (this.#messageOpcode !== undefined)) {
      throw new BrokenFrameError('the frames of a message do not follow each other');
    }
    this.#messageLength += length;
    if (this.#messageLength > largestMessage) {
      throw new BrokenFrameError('a message is larger than any of Pebble');
    }
  }

  #takePayload(head: FrameHead, bytes: Buffer): Buffer {
    const piece = bytes.subarray(0, this.#left);
    this.#payload.push(piece);
    this.#left -= piece.length;
    if (this.#left === 0) this.#finish(head);
    return bytes.subarray(piece.length);
  }

  /** The frame is whole. */
  #finish({ opcode, isLast }: FrameHead): void {
    const payload = this.#payload;
    this.#payload = [];
    this.#head = undefined;
    if (opcode === opcodes.ping) {
      this.#listener.ping(joined(payload));
    } else if (opcode === opcodes.close) {
      this.#closed = true;
      this.#listener.close();
    } else if (opcode !== opcodes.pong) {
      this.#messageOpcode ??= opcode;
      this.#message.push(...payload);
      if (isLast) this.#finishMessage(this.#messageOpcode);
    }
  }

  #finishMessage(opcode: number): void {
    const message = joined(this.#message);
    this.#message = [];
    this.#messageLength = 0;
    this.#messageOpcode = undefined;
    if (opcode === opcodes.text) this.#listener.text(message.toString('utf8'));
    else this.#listener.binary(message);
  }
}

function joined(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces;
  return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
}

/** Undefined while its second byte has not come. */
function headSize(bytes: Buffer): number | undefined {
  const length = bytes[1];
  if (length === undefined) return undefined;
  return { 126: 4, 127: 10 }[length & 0x7f] ?? 2;
}

function readHead(bytes: Buffer): FrameHead {
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  if ((first & 0x70) !== 0) throw new BrokenFrameError('a frame is of an extension');
  if (second >= 0x80) throw new BrokenFrameError('a frame of the server is masked');
  let length = second;
  if (second === 126) length = bytes.readUInt16BE(2);
  if (second === 127) length = Number(bytes.readBigUInt64BE(2));
  return { opcode: first & 0x0f, isLast: first >= 0x80, length };
}

/**
 * What precedes the payload in a client's frame.
 *
 * Its mask is of zeros, which leaves the payload as it is. A mask is there to keep a page's script
 * from writing what it likes to a proxy; behind a unix socket there are neither.
 */
export function frameHead(opcode: number, length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | opcode, 0x80 | length, 0, 0, 0, 0]);
  const isShort = length < 2 ** 16;
  const head = Buffer.alloc(isShort ? 8 : 14);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (isShort ? 126 : 127);
  if (isShort) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}
