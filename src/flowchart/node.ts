import type { Deferred } from '../framework/event.ts';
import type { Same } from './answer.ts';
import type { NodeKind, NodeShape } from './graph.ts';

/**
 * What happens at a node: a named function of whoever handles the event, the data that the arrow
 * brought, and the event.
 */
export type Action<O, In, E, Out> = (observer: O, data: In, event: E) => Out | Promise<Out>;

/** An arrow as its node declares it. */
export interface NodeArrow {
  readonly to: string;
  /** The answer that it is followed on; absent unless its node is a decision. */
  readonly label?: string;
}

/** How a node was left. */
export type Outcome =
  | { readonly kind: 'next'; readonly arrow: NodeArrow; readonly data: unknown }
  | { readonly kind: 'deferred'; readonly deferred: Deferred }
  | { readonly kind: 'ended' };

/** What travels along an arrow, in types. */
export interface Flow<To extends string = string, Data = unknown> {
  readonly to: To;
  readonly data: Data;
}

/** What a node asks for, in types. */
export interface Needs<O = unknown, In = unknown, E = unknown> {
  readonly observer: O;
  readonly data: In;
  readonly event: E;
}

/** A node of a flowchart. `entry`, `decision`, `step`, `end` and `defer` make them. */
export interface ChartNode<out N extends Needs = Needs, out F extends Flow = Flow> {
  readonly kind: NodeKind;
  readonly shape: NodeShape;
  readonly label: string;
  readonly arrows: readonly NodeArrow[];
  /** The name of the action's function; absent when the node has none. */
  readonly actionName?: string;
  /** On a decision: whether this error of a later node takes its answer back. */
  readonly retractWhen?: (error: unknown) => boolean;
  /**
   * Takes the node's turn. A method, so that nodes of all data are nodes: `flowchart()` has checked
   * that every node gets what it needs.
   */
  run(observer: N['observer'], data: N['data'], event: N['event']): Promise<Outcome>;
  /** In types only. */
  readonly types?: { readonly needs: N; readonly flow: F };
}

/** Where a chart begins: the event has happened. */
export function entry<const To extends string>(
  label: string,
  to: To,
): ChartNode<Needs, Flow<To, undefined>> {
  const arrow = { to };
  return {
    kind: 'entry',
    shape: 'stadium',
    label,
    arrows: [arrow],
    run: async () => ({ kind: 'next', arrow, data: undefined }),
  };
}

/**
 * Something that is done. What the action returns goes on along the arrow; when it returns nothing,
 * what came in goes on.
 */
export function step<O, In, E, Out, const To extends string>(
  label: string,
  action: Action<O, In, E, Out>,
  to: To,
): ChartNode<Needs<O, In, E>, Flow<To, Out extends void | undefined ? Same : Out>> {
  const arrow = { to };
  return {
    kind: 'step',
    shape: 'rectangle',
    label,
    arrows: [arrow],
    actionName: action.name,
    run: async (observer, data, event) => {
      const result = await action(observer, data, event);
      return { kind: 'next', arrow, data: result === undefined ? data : result };
    },
  };
}
