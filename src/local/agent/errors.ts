import { CharmwrightError } from '../../errors.ts';

/** A hook kept failing, so that the unit cannot settle. */
export class HookFailedError extends CharmwrightError {
  readonly code = 'hook-failed';
  readonly unit: string;
  readonly hook: string;
  readonly attempts: number;
  /** The last lines that the hook logged. */
  readonly lines: readonly string[];

  constructor(
    unit: string,
    hook: string,
    failure: { readonly attempts: number; readonly why: string; readonly lines: readonly string[] },
  ) {
    const said = failure.lines.map((line) => `\n    ${line}`).join('');
    super(
      `cannot settle ${unit}: its ${hook} hook failed ${times(failure.attempts)}: ${failure.why}. Mend the charm and deploy it again.${said}`,
    );
    this.unit = unit;
    this.hook = hook;
    this.attempts = failure.attempts;
    this.lines = failure.lines;
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}

/** A charm's folder cannot be copied to where the agent runs it. */
export class CharmUnreadableError extends CharmwrightError {
  readonly code = 'charm-unreadable';
  readonly folder: string;

  constructor(folder: string, why: string, options?: ErrorOptions) {
    super(
      `cannot deploy the charm in ${folder}: ${why}. Give a folder that holds metadata.yaml, as charmwright pack makes it.`,
      options,
    );
    this.folder = folder;
  }
}

/** A unit that was taken down has no pod that could be replaced. */
export class UnitGoneError extends CharmwrightError {
  readonly code = 'unit-gone';

  constructor(unit: string) {
    super(
      `cannot replace the pod of ${unit}: the unit has been taken down. Deploy the charm again.`,
    );
  }
}

/** An action cannot be run on a unit that is not there yet, or no longer. */
export class ActionUnavailableError extends CharmwrightError {
  readonly code = 'action-unavailable';
  readonly unit: string;
  readonly action: string;

  constructor(unit: string, action: string, why: string) {
    super(`cannot run the action ${action} on ${unit}: ${why}.`);
    this.unit = unit;
    this.action = action;
  }
}

/** A file that a resource shall have cannot be read. */
export class ResourceUnreadableError extends CharmwrightError {
  readonly code = 'resource-unreadable';
  readonly resource: string;
  readonly file: string;

  constructor(resource: string, file: string, why: string, options?: ErrorOptions) {
    super(
      `cannot attach ${file} as the resource ${resource}: ${why}. Give a file that can be read.`,
      options,
    );
    this.resource = resource;
    this.file = file;
  }
}
