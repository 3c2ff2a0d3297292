import { CharmwrightError } from '../../../errors.ts';

/** A service did not start or stop. The message is Pebble's. */
export class ServiceError extends CharmwrightError {
  readonly code = 'service';
}
