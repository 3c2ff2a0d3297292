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

/** The parameters of an action are not what the charm was compiled with, or what its schema asks. */
export class ActionParamsError extends CharmwrightError {
  readonly code = 'action-params';
  readonly action: string;
  /** `port: must be integer`, for each of them; never a value. */
  readonly problems: readonly string[];

  constructor(action: string, problems: readonly string[], options?: ErrorOptions) {
    super(
      `cannot use the parameters of the action ${action}: ${problems.join('; ')}. Run the action with others; if these fit actions.yaml, pack the charm anew.`,
      options,
    );
    this.action = action;
    this.problems = problems;
  }
}
