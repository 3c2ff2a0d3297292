import type { UndoJournal } from '../framework/undo-journal.ts';
import type { DatabagChanges } from './databag.ts';

type Bag = Readonly<Record<string, string>>;

/** What a dispatch has changed in one databag and Juju does not hold yet. */
export class BagChanges {
  /** By key; an empty value removes it, as Juju has it. */
  readonly #values = new Map<string, string>();
  readonly #journal: UndoJournal;
  #bytes = 0;
  /** What the last read saw, for as long as nothing changes. */
  #seen: { readonly held: Bag; readonly bag: Bag } | undefined;

  constructor(journal: UndoJournal) {
    this.#journal = journal;
  }

  /** How many bytes keys and values would have once these changes are among them. */
  bytesWith(changes: DatabagChanges): number {
    let bytes = this.#bytes;
    for (const [key, value = ''] of Object.entries(changes)) {
      bytes += sizeOf(key, value) - sizeOf(key, this.#values.get(key));
    }
    return bytes;
  }

  add(changes: DatabagChanges): void {
    for (const [key, value = ''] of Object.entries(changes)) {
      const before = this.#values.get(key);
      this.#put(key, value);
      this.#journal.note(() => this.#put(key, before));
    }
  }

  /** A bag with the changes over what Juju holds. */
  over(held: Bag): Bag {
    if (this.#values.size === 0) return held;
    if (this.#seen?.held === held) return this.#seen.bag;
    const bag = new Map(Object.entries(held));
    for (const [key, value] of this.#values) {
      if (value === '') bag.delete(key);
      else bag.set(key, value);
    }
    this.#seen = { held, bag: Object.fromEntries(bag) };
    return this.#seen.bag;
  }

  /** The changes that are different from what Juju holds. */
  differing(held: Bag): Bag {
    return Object.fromEntries(
      [...this.#values].filter(
        ([key, value]) => (Object.hasOwn(held, key) ? held[key] : '') !== value,
      ),
    );
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  #put(key: string, value: string | undefined): void {
    this.#bytes += sizeOf(key, value) - sizeOf(key, this.#values.get(key));
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
    this.#seen = undefined;
  }
}

/** Of an entry that is not there, nothing. */
function sizeOf(key: string, value: string | undefined): number {
  return value === undefined ? 0 : Buffer.byteLength(key) + Buffer.byteLength(value);
}
