import { CharmwrightError } from '../errors.ts';

/** Deferred events and stored state are more than Juju's controller keeps for a unit. */
export class StateTooLargeError extends CharmwrightError {
  readonly code = 'state-too-large';
  /** Bytes, as they would be sent. */
  readonly size: number;
  /** Bytes. */
  readonly limit: number;

  constructor(size: number, limit: number) {
    super(
      `cannot store deferred events and state: they take ${size} bytes, compressed, and Juju's controller keeps ${limit} for a unit. Store less, or defer fewer events; or raise max-charm-state-size of the controller, and maxStateSize of main() with it; or keep the state in a file, with state: 'local'.`,
    );
    this.size = size;
    this.limit = limit;
  }
}

/** The controller holds another state than the copy in the charm's directory says. */
export class StateChangedError extends CharmwrightError {
  readonly code = 'state-changed';

  constructor() {
    super(
      'cannot store deferred events and state: somebody else changed what the controller keeps for this unit since the last hook. Nothing was committed; Juju runs the hook again, which then reads the present state.',
    );
  }
}
