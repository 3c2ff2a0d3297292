/**
 * The root of every error that charmwright throws.
 *
 * A subclass stands for one situation. Its `code` is stable and is what programs match on; its
 * message says what could not be done, why, and what to do about it. Messages never hold secrets.
 */
export abstract class CharmwrightError extends Error {
  /** Stable, kebab-case, unique to the class. */
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The message of anything that was thrown, for use inside another message. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Whether the system said that there is no such file or directory. */
export function isMissingFile(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
