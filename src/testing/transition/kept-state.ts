import { parseState, printState, type SavedValue } from '../../framework/state-format.ts';
import { MemoryStore } from '../memory-store.ts';
import type { State } from '../state/state.ts';

/** What a charm has kept before a run: its queue, and what its objects have stored. */
export function storeOf({ deferred, stored }: State): MemoryStore {
  const entries = Object.entries(stored);
  if (deferred.length === 0 && entries.length === 0) return new MemoryStore();
  return new MemoryStore(printState({ queue: deferred, stored: new Map(entries) }));
}

/** What the charm has stored, as the run leaves it. */
export async function keptIn(store: MemoryStore, before: State): Promise<State['stored']> {
  const text = await store.load();
  if (text === undefined) return before.stored;
  const { stored } = parseState(text, store.place);
  return Object.fromEntries<SavedValue>(stored);
}
