/**
 * The ways back from changes made in place. A savepoint costs nothing however much is held, and a
 * change what it changes, so that a long queue of deferred events costs no more than its events.
 */
export class UndoJournal {
  readonly #steps: (() => void)[] = [];

  /** Notes how to undo a change that was just made. */
  note(undo: () => void): void {
    this.#steps.push(undo);
  }

  /** Returns the way back to what is held now. */
  savepoint(): () => void {
    const mark = this.#steps.length;
    return () => {
      while (this.#steps.length > mark) this.#steps.pop()?.();
    };
  }

  /** Forgets all ways back: what was held has left. */
  clear(): void {
    this.#steps.length = 0;
  }
}
