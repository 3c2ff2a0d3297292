import type { DeferredEntry } from './deferral-queue.ts';
import { FileStore } from './file-store.ts';
import { parseState } from './state-format.ts';

/**
 * Reads the deferral queue from a state file, oldest first, without touching it; `undefined` when
 * there is no such file.
 *
 * @throws {CorruptStateError} when the file cannot be understood
 * @throws {NewerStateError} when a newer charmwright wrote it
 */
export async function readDeferred(path: string): Promise<readonly DeferredEntry[] | undefined> {
  const store = new FileStore(path);
  const text = await store.peek();
  return text === undefined ? undefined : parseState(text, store.place).queue;
}
