import { CharmwrightError, messageOf } from '../errors.ts';
import type { DeferredEntry } from '../framework/deferral-queue.ts';

/** A test named something that the charm does not declare. */
export class NotDeclaredError extends CharmwrightError {
  readonly code = 'not-declared';
  /** The name that was not found. */
  readonly asked: string;

  constructor(what: string, name: string, declared: readonly string[]) {
    const list = declared.length > 0 ? declared.join(', ') : 'none';
    super(
      `cannot find the ${what} "${name}": the charm declares ${list}. Correct the name, or declare it in the charm's files and run \`charmwright types\`.`,
    );
    this.asked = name;
  }
}

/** The harness cannot do this now. */
export class HarnessStateError extends CharmwrightError {
  readonly code = 'harness-state';
}

/** A dispatch that a test expected to fail succeeded. */
export class UnexpectedSuccessError extends CharmwrightError {
  readonly code = 'unexpected-success';

  constructor(event: string) {
    super(
      `cannot find an error in ${event}: the dispatch succeeded. Use run(), or make sure that the failure that you expect happens.`,
    );
  }
}

/** A deferred event's handler threw again. The entry keeps its place in the queue. */
export class ReemissionFailedError extends CharmwrightError {
  readonly code = 'reemission-failed';
  readonly entry: DeferredEntry;

  constructor(event: string, entry: DeferredEntry) {
    super(
      `cannot re-emit the deferred ${entry.kind} for ${entry.observer}.${entry.handler} before ${event}: it threw ${entry.lastError ?? 'nothing'}. If the test expects this, use runExpectingError().`,
    );
    this.entry = entry;
  }
}

/** A dispatch failed without an error that could be thrown on. */
export class DispatchFailedError extends CharmwrightError {
  readonly code = 'dispatch-failed';

  constructor(event: string, why: string, options?: ErrorOptions) {
    super(
      `cannot finish ${event}: ${why}. If the test expects this, use runExpectingError().`,
      options,
    );
  }
}

/** A state or an event is such as Juju cannot produce, so that a test of it would prove nothing. */
export class InconsistentStateError extends CharmwrightError {
  readonly code = 'inconsistent-state';
  /** All that is wrong, a sentence or two each. */
  readonly problems: readonly string[];

  constructor(event: string, problems: readonly string[]) {
    super(
      `cannot run ${event}: Juju never brings it to a unit in this state.\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** A state has a service active that cannot be started with the programs of the state. */
export class UnstartableServiceError extends CharmwrightError {
  readonly code = 'unstartable-service';

  constructor(container: string, service: string, cause: unknown) {
    super(
      `cannot have the service ${service} active in the container ${container}, as the state says: ${messageOf(cause)}. Give it another program in \`programs\`, or say that it is in backoff.`,
      { cause },
    );
  }
}

/** The charm executed a command of a program that the state knows, and not this command. */
export class UnknownCommandError extends CharmwrightError {
  readonly code = 'unknown-command';

  constructor(
    container: string,
    command: readonly string[],
    known: readonly (readonly string[])[],
  ) {
    const list = known.map((each) => JSON.stringify(each)).join(', ');
    super(
      `cannot tell what ${JSON.stringify(command)} does in the container ${container}: \`execs\` has ${list}. Add exec(${JSON.stringify(command)}, …), or a beginning of it.`,
    );
  }
}

/** A test means the one relation of an endpoint, or one by its id, and the state has it not. */
export class NoSuchRelationError extends CharmwrightError {
  readonly code = 'no-such-relation';

  constructor(
    which: string | number,
    relations: readonly { readonly endpoint: string; readonly id: number }[],
  ) {
    const several = relations.filter(({ endpoint }) => endpoint === which).map(({ id }) => id);
    const list = relations.map(({ endpoint, id }) => `${endpoint}:${id}`).join(', ') || 'none';
    super(
      several.length > 1
        ? `cannot tell which relation of ${which} is meant: the state has the ids ${several.join(', ')}. Give one of them.`
        : `cannot find the relation ${which}: the state has ${list}. Give it in \`relations\` first.`,
    );
  }
}

/** A test means a secret by its label or its id, and the state has it not. */
export class NoSuchSecretError extends CharmwrightError {
  readonly code = 'no-such-secret';

  constructor(
    asked: string,
    secrets: readonly {
      readonly id: string;
      readonly label: string;
      readonly trackedAs?: string | undefined;
    }[],
  ) {
    const known = secrets.map(({ id, label, trackedAs }) => label || (trackedAs ?? id));
    super(
      `cannot find the secret "${asked}": the state has ${known.join(', ') || 'none'}. Correct the label, or give the secret in \`secrets\` first.`,
    );
  }
}

/** A file of this machine, of which a state was to be made, cannot be read. */
export class UnreadableSourceError extends CharmwrightError {
  readonly code = 'unreadable-source';

  constructor(source: string, why: string, options?: ErrorOptions) {
    super(`cannot read ${source} for a state: ${why}. Correct the path or the file.`, options);
  }
}
