import { CharmwrightError } from '../errors.ts';

/** Juju dispatched an event without something that it always tells with it. */
export class EventDataError extends CharmwrightError {
  readonly code = 'event-data';
  readonly kind: string;

  constructor(kind: string, problem: string) {
    super(`cannot make the event ${kind}: ${problem}. Report it together with the Juju version.`);
    this.kind = kind;
  }
}
