import { CharmwrightError } from '../../../errors.ts';

/** A command was not executed to its end. The message is Pebble's. */
export class ExecError extends CharmwrightError {
  readonly code = 'exec';
}
