import { DuplicatePathError } from './errors.ts';
import type { Observer } from './observer.ts';
import type { SavedValue } from './state-format.ts';
import { StoredState, type StoredStateOptions } from './stored-state.ts';

/** The stored states of one dispatch, by their paths. */
export class StoredStates {
  readonly #loaded: ReadonlyMap<string, SavedValue>;
  readonly #claimed = new Map<
    string,
    Pick<StoredState<unknown>, 'save' | 'savepoint' | 'verify'>
  >();

  constructor(loaded: ReadonlyMap<string, SavedValue>) {
    this.#loaded = loaded;
  }

  /** @throws {DuplicatePathError} where the owner has one of this name */
  claim<T>(owner: Observer, name: string, options: StoredStateOptions<T>): StoredState<T> {
    const path = `${owner.path}/${name}`;
    if (this.#claimed.has(path)) throw new DuplicatePathError(path, 'the stored state');
    const state = new StoredState(path, this.#loaded.get(path), options);
    this.#claimed.set(path, state);
    return state;
  }

  /** The paths that objects have claimed so far. */
  get claimed(): readonly string[] {
    return [...this.#claimed.keys()];
  }

  /** Refuses what `save` would refuse. @throws {InvalidStoredStateError} */
  verify(): void {
    for (const state of this.#claimed.values()) state.verify();
  }

  savepoint(): () => void {
    const undo = Array.from(this.#claimed.values(), (state) => state.savepoint());
    return () => {
      for (const step of undo) step();
    };
  }

  /** Every stored state as it is to be stored; those that nobody claims are kept as they are. */
  save(): Map<string, SavedValue> {
    const saved = new Map(this.#loaded);
    for (const [path, state] of this.#claimed) {
      const value = state.save();
      if (value) saved.set(path, value);
    }
    return saved;
  }
}
