import { CharmwrightError } from '../../../errors.ts';

/** A layer or plan that Pebble would refuse. The message is Pebble's. */
export class PlanError extends CharmwrightError {
  readonly code = 'plan';
}
