import { AnonymousHandlerError, ForeignHandlerError } from './errors.ts';
import type { CharmEvent, Deferred } from './event.ts';
import type { Logger } from './logger.ts';
import type { Observer } from './observer.ts';
import type { Walk } from './walk.ts';

/** What a handler answers: nothing, or what `event.defer(reason)` returned. */
export type HandlerResult = void | Deferred;

/** What a handler object is given besides its observer and event. */
export interface HandlerRun {
  readonly logger: Logger;
  /** Called once by each run that has a path to tell, also by one that throws. */
  readonly walked: (walk: Walk) => void;
  /** Told of every node that a run enters; absent when nobody traces. */
  readonly tracer?: NodeTracer;
}

/** Follows the nodes of a run, to make a span of each. */
export interface NodeTracer {
  /** Called when a node begins. What it returns is called when the node has ended. */
  enter(chart: string, node: string): (outcome: NodeOutcome) => void;
}

export interface NodeOutcome {
  readonly edge?: string;
  readonly error?: unknown;
}

/** A handler that is a value with a name rather than a method. A flowchart is one. */
export interface HandlerObject<in O, in E> {
  /** Unique among the handlers of its observer, and the same in every process. */
  readonly name: string;
  readonly handle: (observer: O, event: E, run: HandlerRun) => Promise<HandlerResult>;
}

/** A method of the observer. */
export type HandlerMethod<O, E> = (this: O, event: E) => HandlerResult | Promise<HandlerResult>;

/** What `observe` takes: a method of the observer, or a flowchart. */
export type Handler<O, E> = HandlerMethod<O, E> | HandlerObject<O, E>;

/**
 * The name by which a deferred event finds this handler in a later process.
 *
 * @throws {AnonymousHandlerError} for arrow functions written in place and for bound methods
 * @throws {ForeignHandlerError} for functions that are no method of the observer
 */
export function handlerName<O extends Observer, E extends CharmEvent>(
  observer: O,
  kind: string,
  handler: Handler<O, E>,
): string {
  const { name } = handler;
  if (name === '' || name.startsWith('bound ')) {
    throw new AnonymousHandlerError(kind, observer.path);
  }
  if (typeof handler === 'function' && Reflect.get(observer, name) !== handler) {
    throw new ForeignHandlerError(kind, observer.path, name);
  }
  return name;
}
