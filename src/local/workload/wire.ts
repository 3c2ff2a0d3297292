import type { Socket } from 'node:net';

/** Codes that stand where a protocol version would. */
const cancelCode = 80_877_102;
const sslCode = 80_877_103;
const gssCode = 80_877_104;
const protocolVersion = 196_608;
const longestStartup = 10_000;

/** What a client opens a connection with. */
export type Opening =
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel'; readonly packet: Buffer }
  | { readonly kind: 'startup'; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'unknown' };

/** Reads the opening packet from the bytes so far, or nothing while it is not complete. */
export function readOpening(
  bytes: Buffer,
): { readonly opening: Opening; readonly length: number } | undefined {
  if (bytes.length < 8) {
    return undefined;
  }
  const length = bytes.readInt32BE(0);
  if (length < 8 || length > longestStartup) {
    return { opening: { kind: 'unknown' }, length: bytes.length };
  }
  if (bytes.length < length) {
    return undefined;
  }
  return { opening: readPacket(bytes.subarray(0, length)), length };
}

function readPacket(packet: Buffer): Opening {
  switch (packet.readInt32BE(4)) {
    case sslCode:
    case gssCode:
      return { kind: 'encryption' };
    case cancelCode:
      return { kind: 'cancel', packet };
    case protocolVersion:
      return { kind: 'startup', parameters: readParameters(packet.subarray(8)) };
    default:
      return { kind: 'unknown' };
  }
}

function readParameters(body: Buffer): ReadonlyMap<string, string> {
  const words = body.toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let index = 0; words[index]; index += 2) {
    parameters.set(words[index] ?? '', words[index + 1] ?? '');
  }
  return parameters;
}

/** The packet that opens a connection to a server. */
export function startupPacket(parameters: ReadonlyMap<string, string>): Buffer {
  const words = [...parameters].flatMap(([name, value]) => [name, value]);
  const body = Buffer.from(`${words.join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(protocolVersion, 4);
  return Buffer.concat([head, body]);
}

/** A message with its one-letter type, after the opening. */
export interface Message {
  readonly type: string;
  readonly body: Buffer;
}

/** Splits bytes into whole messages and what is left over. */
export function readMessages(bytes: Buffer): {
  readonly messages: readonly Message[];
  readonly rest: Buffer;
} {
  const messages: Message[] = [];
  let at = 0;
  while (bytes.length - at >= 5) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (end > bytes.length || end < at + 5) {
      break;
    }
    messages.push({
      type: String.fromCodePoint(bytes[at] ?? 0),
      body: bytes.subarray(at + 5, end),
    });
    at = end;
  }
  return { messages, rest: bytes.subarray(at) };
}

export function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** An error or a notice: severity, code and text. */
export function errorMessage(severity: 'ERROR' | 'FATAL', code: string, text: string): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${text}`];
  return message('E', Buffer.from(`${fields.join('\0')}\0\0`));
}

/** Tells a client why it is turned away, and hangs up. */
export function turnAway(socket: Socket, text: string, code = '08P01'): void {
  socket.end(errorMessage('FATAL', code, text));
}
