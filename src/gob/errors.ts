import { CharmwrightError } from '../errors.ts';

/** A stream is not gob, not the gob that was expected, or bigger than is sensible. */
export class GobError extends CharmwrightError {
  readonly code = 'gob-malformed';

  constructor(problem: string) {
    super(
      `cannot read a gob stream: ${problem}. It is damaged, or the other side speaks another protocol.`,
    );
  }
}

/** A value does not fit into the type that it was to be sent as. */
export class GobValueError extends CharmwrightError {
  readonly code = 'gob-value';

  constructor(problem: string) {
    super(
      `cannot write a gob value: ${problem}. Gob's integers are sent only where they are exact.`,
    );
  }
}
