import { CharmwrightError } from '../errors.ts';

/** A step of the demonstration did not show what it must. */
export class DemoFailedError extends CharmwrightError {
  readonly code = 'demo-failed';
  readonly step: string;

  constructor(step: string, why: string, options?: ErrorOptions) {
    super(`cannot ${step}: ${why}. The account above tells what happened before.`, options);
    this.step = step;
  }
}
