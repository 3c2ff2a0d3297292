import type { Json } from './json.ts';

/** One event that one handler deferred. */
export interface DeferredEntry {
  /** The path of the emitter. */
  readonly emitter: string;
  /** The kind of the event: `config-changed`. */
  readonly kind: string;
  /** The path of the observer. */
  readonly observer: string;
  /** The name of the method or flowchart. */
  readonly handler: string;
  readonly snapshot: Json;
  /** When the handler first deferred the event. */
  readonly deferredSince: Date;
  /** How often the event was re-emitted to the handler since then. */
  readonly attempts: number;
  /** The reason that the handler gave last. */
  readonly reason: string;
  /** The message of the error that the latest re-emission threw; absent when it did not throw. */
  readonly lastError?: string;
}

/** What makes two entries the same one. */
export type EntryIdentity = Pick<
  DeferredEntry,
  'emitter' | 'kind' | 'observer' | 'handler' | 'snapshot'
>;

/** The whole identity of an entry as one text. Snapshots are compared by value. */
export function keyOf({ emitter, kind, observer, handler, snapshot }: EntryIdentity): string {
  return JSON.stringify([emitter, kind, observer, handler, snapshot]);
}

/**
 * The deferred events of a unit in the order of their first deferral, each at most once. Finding,
 * adding, replacing and removing an entry takes constant time.
 */
export class DeferralQueue {
  readonly #entries: Map<string, DeferredEntry>;
  /** The keys added by this process, in order, so that additions can be taken back. */
  readonly #added: string[] = [];

  constructor(entries: Iterable<DeferredEntry> = []) {
    this.#entries = new Map(Array.from(entries, (entry) => [keyOf(entry), entry]));
  }

  get size(): number {
    return this.#entries.size;
  }

  has(identity: EntryIdentity): boolean {
    return this.#entries.size > 0 && this.#entries.has(keyOf(identity));
  }

  /** The entries, oldest first, as they are now. */
  entries(): readonly DeferredEntry[] {
    return [...this.#entries.values()];
  }

  /** Puts an entry at the end, or replaces the equal one where it stands. */
  put(entry: DeferredEntry): void {
    const key = keyOf(entry);
    if (!this.#entries.has(key)) this.#added.push(key);
    this.#entries.set(key, entry);
  }

  remove(identity: EntryIdentity): void {
    this.#entries.delete(keyOf(identity));
  }

  /** Returns the way back to what the queue holds now, as far as additions go. */
  savepoint(): () => void {
    const mark = this.#added.length;
    return () => {
      for (const key of this.#added.splice(mark)) this.#entries.delete(key);
    };
  }
}
