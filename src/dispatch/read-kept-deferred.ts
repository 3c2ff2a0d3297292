import * as z from 'zod/mini';
import { messageOf } from '../errors.ts';
import type { DeferredEntry } from '../framework/deferral-queue.ts';
import { CorruptStateError } from '../framework/errors.ts';
import { parseState } from '../framework/state-format.ts';
import { fromPieces } from './state-pieces.ts';

/**
 * Reads the deferral queue, oldest first, from what `state-get --format=json` printed for a unit;
 * `undefined` when the controller keeps none for it.
 *
 * @param printed JSON
 * @throws {CorruptStateError} when it cannot be understood
 * @throws {NewerStateError} when a newer charmwright wrote it
 */
export async function readKeptDeferred(
  printed: string,
): Promise<readonly DeferredEntry[] | undefined> {
  const place = 'the output of state-get';
  const kept = z.safeParse(z.nullable(z.record(z.string(), z.string())), parseJson(printed, place));
  if (!kept.success) throw new CorruptStateError(place, 'it is not an object of texts');
  const text = await fromPieces(kept.data ?? {}, place);
  return text === undefined ? undefined : parseState(text, place).queue;
}

function parseJson(printed: string, place: string): unknown {
  try {
    return JSON.parse(printed.trim() === '' ? 'null' : printed);
  } catch (error) {
    throw new CorruptStateError(place, `it is not JSON (${messageOf(error)})`, { cause: error });
  }
}
