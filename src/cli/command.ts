import { CharmwrightError } from '../errors.ts';

/** One command of the `charmwright` binary. */
export interface Command {
  /** How it is called, such as `charmwright pack [--entry FILE]`, and what its options mean. */
  readonly usage: string;
  /**
   * Does the work.
   *
   * @param args what stands after the command's name.
   * @returns the exit code.
   * @throws {UsageError} when the arguments make no sense.
   */
  run(args: readonly string[]): Promise<number>;
}

/** The binary was called with arguments that it does not have. */
export class UsageError extends CharmwrightError {
  readonly code = 'usage';
}
