import { CharmwrightError } from '../errors.ts';

/** The root of the errors of events, handlers, the deferral queue and stored state. */
export abstract class FrameworkError extends CharmwrightError {}

/** Two live objects were given one path, so that their handlers could not be told apart. */
export class DuplicatePathError extends FrameworkError {
  readonly code = 'duplicate-path';
  readonly path: string;

  constructor(path: string, what: string) {
    super(
      `cannot register ${what} ${JSON.stringify(path)}: another one has this path. Give each its own path.`,
    );
    this.path = path;
  }
}

/** One handler was asked to observe one event twice. */
export class DuplicateHandlerError extends FrameworkError {
  readonly code = 'duplicate-handler';
  readonly observer: string;
  readonly handler: string;

  constructor(kind: string, observer: string, handler: string) {
    super(
      `cannot observe ${kind} with ${observer}.${handler}: it observes this event already. Remove one of the two observe() calls, or give the flowchart a name of its own.`,
    );
    this.observer = observer;
    this.handler = handler;
  }
}

/** A handler has no name under which a deferred event could find it in a later process. */
export class AnonymousHandlerError extends FrameworkError {
  readonly code = 'anonymous-handler';
  readonly observer: string;

  constructor(kind: string, observer: string) {
    super(
      `cannot observe ${kind} on ${observer}: the handler is an anonymous or bound function, and a deferred event finds its handler again by name. Pass a method of the observer, as in observe(source, this.onChanged), or a flowchart.`,
    );
    this.observer = observer;
  }
}

/** A handler is a function, but no method of the object that observes. */
export class ForeignHandlerError extends FrameworkError {
  readonly code = 'foreign-handler';
  readonly observer: string;
  readonly handler: string;

  constructor(kind: string, observer: string, handler: string) {
    const advice = handler.startsWith('#')
      ? `Private names are not reachable from outside: write \`private ${handler.slice(1)}\` instead of \`${handler}\`.`
      : 'Move the function into the observer as a method, or pass the object that owns it as the observer.';
    super(
      `cannot observe ${kind} with ${handler}: it is not a method of ${observer}, and a deferred event finds its handler again by the observer's path and the method's name. ${advice}`,
    );
    this.observer = observer;
    this.handler = handler;
  }
}

/** A handler returned a deferral that it got from another event than the one it handles. */
export class ForeignDeferralError extends FrameworkError {
  readonly code = 'foreign-deferral';

  constructor(kind: string, handler: string) {
    super(
      `cannot defer ${kind} for ${handler}: the handler returned the deferral of another event. Return what defer() of the handled event gives.`,
    );
  }
}

/** An event was emitted through a source that it does not belong to. */
export class ForeignEventError extends FrameworkError {
  readonly code = 'foreign-event';

  constructor(kind: string, source: string) {
    super(
      `cannot emit ${kind} through ${source}: the source is of another kind or of another framework. Emit an event through the source that framework.source() gave for its kind.`,
    );
  }
}

/** The deferral queue was to be re-emitted a second time by one process. */
export class AlreadyReemittedError extends FrameworkError {
  readonly code = 'already-reemitted';

  constructor() {
    super(
      'cannot re-emit the deferred events: this dispatch did so already, and no event is re-emitted twice in one dispatch. Call reemit() once.',
    );
  }
}

/** The payload of a custom event does not fit the schema of that event. */
export class InvalidPayloadError extends FrameworkError {
  readonly code = 'invalid-payload';

  constructor(kind: string, why: string) {
    super(`cannot emit ${kind}: its payload does not fit its schema: ${why}.`);
  }
}

/** A stored state does not fit the schema that its owner gave. */
export class InvalidStoredStateError extends FrameworkError {
  readonly code = 'invalid-stored-state';
  readonly path: string;

  constructor(doing: 'read' | 'store', path: string, why: string) {
    const advice =
      doing === 'read'
        ? 'Raise `version` and give `migrate` to bring what an earlier revision stored into the new shape.'
        : 'Correct the code that changed it.';
    super(
      `cannot ${doing} the state ${JSON.stringify(path)}: it does not fit its schema: ${why}. ${advice}`,
    );
    this.path = path;
  }
}

/** A later revision of the charm stored a state than the one that now reads it. */
export class NewerStoredStateError extends FrameworkError {
  readonly code = 'newer-stored-state';
  readonly path: string;
  readonly found: number;
  readonly supported: number;

  constructor(path: string, found: number, supported: number) {
    super(
      `cannot read the state ${JSON.stringify(path)}: a later revision of this charm stored it, with version ${found}, and this one knows versions up to ${supported}. Refresh the charm to that revision or a later one.`,
    );
    this.path = path;
    this.found = found;
    this.supported = supported;
  }
}

/** What the store holds is not what was written to it: half of it, changed, or something else. */
export class CorruptStateError extends FrameworkError {
  readonly code = 'corrupt-state';
  /** The file, or another name of the store. */
  readonly place: string;

  constructor(place: string, why: string, options?: ErrorOptions) {
    super(
      `cannot read the state in ${place}: ${why}. Put back a good copy; or move it away to start with no deferred events and no stored state.`,
      options,
    );
    this.place = place;
  }
}

/** The state was written by a newer charmwright than this one. */
export class NewerStateError extends FrameworkError {
  readonly code = 'newer-state';
  readonly place: string;
  readonly found: number;
  readonly supported: number;

  constructor(place: string, found: number, supported: number) {
    super(
      `cannot read the state in ${place}: it has format version ${found}, and this charmwright reads versions up to ${supported}. Refresh the charm to the revision that wrote it, or a later one.`,
    );
    this.place = place;
    this.found = found;
    this.supported = supported;
  }
}

/** The state file could not be read or written; the operating system's error is the cause. */
export class StateFileError extends FrameworkError {
  readonly code = 'state-file';
  readonly path: string;

  constructor(doing: 'read' | 'write', path: string, why: string, options?: ErrorOptions) {
    super(
      `cannot ${doing} the state file ${path}: ${why}. Check that its directory exists, has room, and belongs to the user that runs the charm.`,
      options,
    );
    this.path = path;
  }
}
