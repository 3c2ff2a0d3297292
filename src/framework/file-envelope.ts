import { crc32 } from './crc32.ts';
import { CorruptStateError, NewerStateError } from './errors.ts';

/**
 * The version of the envelope that surrounds the state in its file. Raise it when the envelope
 * changes, and keep opening the versions before it.
 */
export const envelopeVersion = 1;

const opening = /^\{"charmwright":\{"format":(\d{1,9})[,}]/;
const envelope = /^\{"charmwright":\{"format":1,"crc32":"([0-9a-f]{8})"\},"state":/;
const closing = '}\n';

/**
 * Wraps a state, itself JSON, so that the file is one JSON document which vouches for its contents:
 * `{"charmwright":{"format":1,"crc32":"…"},"state":…}`.
 */
export function seal(text: string): string {
  const sum = crc32(Buffer.from(text));
  return `{"charmwright":{"format":${envelopeVersion},"crc32":"${sum}"},"state":${text}${closing}`;
}

/**
 * Unwraps what `seal` wrapped.
 *
 * @throws {NewerStateError} for an envelope of a newer version
 * @throws {CorruptStateError} for anything else that `seal` did not write, byte for byte
 */
export function unseal(bytes: Uint8Array, place: string): string {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = content.toString('latin1', 0, 200);
  const format = Number(opening.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(format)) throw new CorruptStateError(place, describeForeign(content));
  if (format > envelopeVersion) throw new NewerStateError(place, format, envelopeVersion);
  const match = envelope.exec(head);
  if (!match) throw new CorruptStateError(place, 'its first line was changed');
  const state = content.subarray(match[0].length, content.length - closing.length);
  if (content.toString('latin1', content.length - closing.length) !== closing) {
    throw new CorruptStateError(place, 'its end is missing');
  }
  if (crc32(state) !== match[1]) {
    throw new CorruptStateError(place, 'its contents do not match their checksum');
  }
  return state.toString('utf8');
}

function describeForeign(content: Buffer): string {
  return content.length === 0 ? 'it is empty' : 'charmwright did not write it';
}
