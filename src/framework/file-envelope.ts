import { CorruptStateError, NewerStateError } from './errors.ts';

/**
 * The version of the envelope that surrounds the state in its file. Raise it when the envelope
 * changes, and keep opening the versions before it.
 */
export const envelopeVersion = 1;

const opening = /^\{"charmwright":\{"format":(\d{1,9})[,}]/;
const envelope = /^\{"charmwright":\{"format":1,"sha256":"([0-9a-f]{64})"\},"state":/;
const closing = '}\n';

/**
 * Wraps a state, itself JSON, so that the file is one JSON document which vouches for its contents:
 * `{"charmwright":{"format":1,"sha256":"…"},"state":…}`.
 */
export async function seal(text: string): Promise<string> {
  const sha256 = await checksum(Buffer.from(text));
  return `{"charmwright":{"format":${envelopeVersion},"sha256":"${sha256}"},"state":${text}${closing}`;
}

/**
 * Unwraps what `seal` wrapped.
 *
 * @throws {NewerStateError} for an envelope of a newer version
 * @throws {CorruptStateError} for anything else that `seal` did not write, byte for byte
 */
export async function unseal(bytes: Uint8Array, place: string): Promise<string> {
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
  if ((await checksum(state)) !== match[1]) {
    throw new CorruptStateError(place, 'its contents do not match their checksum');
  }
  return state.toString('utf8');
}

/** Loads the cryptography of Node when it is needed: most hooks neither find nor leave a state. */
async function checksum(bytes: Uint8Array): Promise<string> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(bytes).digest('hex');
}

function describeForeign(content: Buffer): string {
  return content.length === 0 ? 'it is empty' : 'charmwright did not write it';
}
