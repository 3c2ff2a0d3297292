import * as z from 'zod/mini';
import { messageOf } from '../errors.ts';
import { lazy } from '../lazy.ts';
import type { DeferredEntry } from './deferral-queue.ts';
import { CorruptStateError, NewerStateError } from './errors.ts';
import { toJson, type Json } from './json.ts';
import { issuesOf } from './schema-issues.ts';

/**
 * The version of the text that a store holds. Raise it when an older charmwright could not read
 * the new text or would misunderstand it, and keep reading the versions before it.
 */
export const stateVersion = 1;

/** What one stored state of one object holds. */
export interface SavedValue {
  /** The version that the owner gave to the shape of the value. */
  readonly version: number;
  readonly value: Json;
}

/** Everything that survives between two dispatches. */
export interface SavedState {
  readonly queue: readonly DeferredEntry[];
  /** By the path of the stored state. */
  readonly stored: ReadonlyMap<string, SavedValue>;
}

/** What a unit begins with. */
export const emptyState: SavedState = { queue: [], stored: new Map() };

/** What `printState` prints of the empty state. */
export const emptyText: () => string = lazy(() => printState(emptyState));

const versionSchema = lazy(() => z.object({ version: z.int().check(z.positive()) }));

const stateSchema = lazy(() => {
  const jsonSchema = z.custom<Json>((value) => value !== undefined);
  return z.object({
    queue: z.array(
      z.object({
        emitter: z.string(),
        kind: z.string(),
        observer: z.string(),
        handler: z.string(),
        snapshot: jsonSchema,
        deferredSince: z.iso.datetime(),
        attempts: z.int().check(z.nonnegative()),
        reason: z.string(),
        lastError: z.optional(z.string()),
      }),
    ),
    stored: z.record(z.string(), z.object({ version: z.int(), value: jsonSchema })),
  });
});

/** Prints a state. Equal states have equal text. */
export function printState({ queue, stored }: SavedState): string {
  const storedInOrder = [...stored].sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify({
    version: stateVersion,
    queue: queue.map(printEntry),
    stored: Object.fromEntries(storedInOrder),
  });
}

/** Every entry in one order of fields, whichever way it was made. */
function printEntry(entry: DeferredEntry): DeferredEntry {
  const { emitter, kind, observer, handler, snapshot, deferredSince, attempts, reason } = entry;
  const fields = { emitter, kind, observer, handler, snapshot, deferredSince, attempts, reason };
  return entry.lastError === undefined ? fields : { ...fields, lastError: entry.lastError };
}

/**
 * Parses what `printState` printed.
 *
 * @param place names the store in errors
 * @throws {NewerStateError} for the text of a newer version
 * @throws {CorruptStateError} for any other text
 */
export function parseState(text: string, place: string): SavedState {
  const found = parseJson(text, place);
  const version = z.safeParse(versionSchema(), found);
  if (!version.success) throw new CorruptStateError(place, 'it carries no format version');
  if (version.data.version > stateVersion) {
    throw new NewerStateError(place, version.data.version, stateVersion);
  }
  const state = z.safeParse(stateSchema(), found);
  if (!state.success) throw new CorruptStateError(place, issuesOf(state.error));
  return {
    queue: state.data.queue.map(({ deferredSince, lastError, snapshot, ...entry }) => ({
      ...entry,
      snapshot: toJson(snapshot, 'a snapshot'),
      deferredSince: new Date(deferredSince),
      ...(lastError === undefined ? {} : { lastError }),
    })),
    stored: new Map(Object.entries(state.data.stored)),
  };
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CorruptStateError(place, `it is not JSON (${messageOf(error)})`, { cause: error });
  }
}
