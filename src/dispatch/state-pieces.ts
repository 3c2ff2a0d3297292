import { promisify } from 'node:util';
import { messageOf } from '../errors.ts';
import { CorruptStateError } from '../framework/errors.ts';
import { seal, unseal } from '../framework/file-envelope.ts';

/** Names the controller in errors. */
export const controllerPlace = "Juju's controller";

/** What `state-get` prints and `state-set` takes. */
export type KeptState = Readonly<Record<string, string>>;

/** The key of the first piece; those of the others have a number behind it. */
export const stateKey = 'charmwright-state';

/** Juju refuses a longer value. The pieces are of one-byte characters. */
const longestValue = 65_536;

/** The key of a piece, counted from 0. */
function pieceKey(index: number): string {
  return index === 0 ? stateKey : `${stateKey}-${index}`;
}

/**
 * A state as values for `state-set`: sealed as in a file, compressed, since a long queue repeats
 * itself, in base64, since YAML does not carry every character, and cut.
 */
export async function toPieces(text: string): Promise<KeptState> {
  const { gzip } = await import('node:zlib');
  const zipped = (await promisify(gzip)(seal(text))).toString('base64');
  const pieces: Record<string, string> = {};
  for (let start = 0, index = 0; start < zipped.length; start += longestValue, index += 1) {
    pieces[pieceKey(index)] = zipped.slice(start, start + longestValue);
  }
  return pieces;
}

/**
 * The state that `toPieces` cut; `undefined` when there is none.
 *
 * @throws {CorruptStateError} for pieces that do not make a whole
 * @throws {NewerStateError} when a newer charmwright wrote them
 */
export async function fromPieces(kept: KeptState, place: string): Promise<string | undefined> {
  let zipped = '';
  for (let index = 0; ; index += 1) {
    const piece = kept[pieceKey(index)] ?? '';
    if (piece === '') break;
    zipped += piece;
  }
  if (zipped === '') return undefined;
  const { gunzip } = await import('node:zlib');
  let sealed: Uint8Array;
  try {
    sealed = await promisify(gunzip)(Buffer.from(zipped, 'base64'));
  } catch (error) {
    throw new CorruptStateError(place, `it cannot be unpacked (${messageOf(error)})`, {
      cause: error,
    });
  }
  return unseal(sealed, place);
}

/** The pieces to send, with those that are no longer needed emptied. */
export function replacing(kept: KeptState, pieces: KeptState): KeptState {
  const emptied = Object.keys(kept)
    .filter((key) => key.startsWith(stateKey) && kept[key] !== '' && !(key in pieces))
    .map((key): [string, string] => [key, '']);
  return { ...Object.fromEntries(emptied), ...pieces };
}

/** Bytes that Juju counts: those of keys and values. */
export function sizeOf(kept: KeptState): number {
  return Object.entries(kept).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
}
