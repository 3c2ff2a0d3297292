import type { HandlerObject, HandlerResult, HandlerRun } from '../framework/handler.ts';
import type { ChartNodes, CheckNodes } from './chart-types.ts';
import { InvalidChartError } from './errors.ts';
import type { Graph } from './graph.ts';
import { mistakesOf } from './mistakes-of.ts';
import type { ChartNode } from './node.ts';
import { runChart } from './run.ts';

/**
 * A handler as a value: the nodes and arrows of a picture, each node with a named action. Pass it to
 * `observe` in place of a method.
 */
export class Flowchart<in O, in E> implements HandlerObject<O, E> {
  /** The name in the log, in the account of a run, and in the deferral queue. */
  readonly name: string;
  readonly nodes: ReadonlyMap<string, ChartNode>;
  /** Runs the chart once and follows its arrows to an end. */
  readonly handle: (observer: O, event: E, run: HandlerRun) => Promise<HandlerResult>;

  /** @internal `flowchart()` checks the types of the nodes first */
  constructor(name: string, nodes: ChartNodes) {
    this.name = name;
    this.nodes = new Map(Object.entries(nodes));
    const mistakes = mistakesOf(this.nodes);
    if (mistakes.length > 0) throw new InvalidChartError(name, mistakes);
    this.handle = (observer, event, run) => runChart(name, this.nodes, observer, event, run);
  }

  /** The chart as a picture, to print or to compare. */
  get graph(): Graph {
    return {
      nodes: Array.from(this.nodes, ([id, { kind, shape, label }]) => ({ id, kind, shape, label })),
      arrows: Array.from(this.nodes, ([from, { arrows }]) =>
        arrows.map((arrow) => ({ from, ...arrow })),
      ).flat(),
    };
  }
}

/**
 * Makes a chart from its nodes, written in the order of the picture.
 *
 * The observer and the event are named first; the types of the nodes follow from their actions. What
 * an arrow brings must fit the action that it leads to.
 *
 * @throws {InvalidChartError} for a missing target, an unreachable node, a cycle, no or two entries
 * @example
 * export const readyChart: Flowchart<Web, PebbleReadyEvent> = flowchart<Web, PebbleReadyEvent>()(
 *   'ready',
 *   {
 *     hook_fired: entry('web-pebble-ready Hook', 'is_cfg'),
 *     is_cfg: decision('Is config\navailable?', isCfg, { no: 'defer', yes: 'start' }),
 *     defer: defer('defer', 'the config is not there yet'),
 *     start: step('Start web', start, 'rtn'),
 *     rtn: end('return'),
 *   },
 * );
 */
export function flowchart<O, E>(): <const N extends ChartNodes>(
  name: string,
  nodes: N & CheckNodes<N, O, E>,
) => Flowchart<O, E> {
  return (name, nodes) => new Flowchart<O, E>(name, nodes);
}
