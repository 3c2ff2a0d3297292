/**
 * Where a charm's deferred events and stored state survive between two processes. It holds one
 * text, and replaces it as a whole.
 */
export interface Store {
  /** Names the store in errors: the path of the file. */
  readonly place: string;
  /**
   * The text of the last commit; `undefined` when nothing was ever committed.
   *
   * @throws {CorruptStateError} rather than starting empty when there is something unreadable
   */
  load(): Promise<string | undefined>;
  /**
   * The place that what was loaded is taken over from: it is not the store's own yet, and is to be
   * committed though nothing changed.
   */
  readonly takenFrom?: string | undefined;
  /**
   * Replaces the text. When the promise resolves, the new text survives any crash of a hook that then
   * succeeds; when it rejects or the process dies first, the store holds either the old text or the
   * new one, never a mixture.
   */
  commit(text: string): Promise<void>;
}
