/**
 * Something that gathers writes while handlers run and lets them out at the end, such as the
 * databags of a model.
 */
export interface Participant {
  /**
   * Remembers what is gathered now and returns the way back to it. Taken before each re-emission:
   * when that handler throws, what it gathered is forgotten. Must cost little: a long queue takes
   * one for every entry.
   */
  savepoint(): () => void;
  /** Lets out what was gathered. Runs once, before the state is committed. */
  flush(): Promise<void>;
}
