import { CharmwrightError } from '../errors.ts';

/** Something was named that the simulated model does not hold. */
export class NotInModelError extends CharmwrightError {
  readonly code = 'not-in-model';

  constructor(what: string, name: string, known: readonly string[]) {
    super(
      `cannot find the ${what} "${name}": the model has ${known.length > 0 ? known.join(', ') : 'none'}. Add it first, or correct the name.`,
    );
  }
}

/** The model cannot be changed this way; Juju would refuse it too. */
export class ModelChangeError extends CharmwrightError {
  readonly code = 'model-change-refused';

  constructor(change: string, why: string) {
    super(`cannot ${change}: ${why}. Juju would refuse it too.`);
  }
}
