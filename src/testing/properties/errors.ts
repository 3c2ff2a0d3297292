import { CharmwrightError, messageOf } from '../../errors.ts';
import { printScript, type Step } from './step.ts';

/** Something does not hold in a sequence of events. */
export class BrokenInvariantError extends CharmwrightError {
  readonly code = 'broken-invariant';
  /** The sentence that does not hold. */
  readonly invariant: string;

  constructor(invariant: string, when: string, cause: unknown) {
    super(`"${invariant}" does not hold ${when}: ${messageOf(cause)}`, { cause });
    this.invariant = invariant;
  }
}

/** What led to a failure, and how to have it again. */
export interface FoundFailure {
  readonly charm: string;
  readonly script: readonly Step[];
  readonly seed: number;
  readonly sequences: number;
  readonly cause: unknown;
}

/** A sequence of events in which something does not hold, made as short as it can be. */
export class FailingSequenceError extends CharmwrightError {
  readonly code = 'failing-sequence';
  /** To give to `replay()`. */
  readonly script: readonly Step[];
  /** To give to `checkSequences()`. */
  readonly seed: number;

  constructor({ charm, script, seed, sequences, cause }: FoundFailure) {
    super(
      [
        messageOf(cause),
        '',
        `Found in sequence ${sequences} of seed ${seed}. The shortest script for it:`,
        '',
        `await replay(${charm}, options, ${printScript(script)});`,
      ].join('\n'),
      { cause },
    );
    this.script = script;
    this.seed = seed;
  }
}
