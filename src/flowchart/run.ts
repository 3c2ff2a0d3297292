import { messageOf } from '../errors.ts';
import type { HandlerResult, HandlerRun } from '../framework/handler.ts';
import type { Visit } from '../framework/walk.ts';
import type { ChartNode, NodeArrow, Outcome } from './node.ts';
import { walkOf } from './trace.ts';

type Nodes = ReadonlyMap<string, ChartNode>;

/** Where a run stands: about to enter a node with what an arrow brought. */
interface Position {
  readonly id: string;
  readonly data: unknown;
}

/** An answer that a later error may take back. */
interface Retractable {
  readonly id: string;
  readonly matches: (error: unknown) => boolean;
  /** The arrow to follow instead. */
  readonly no: NodeArrow;
  /** What came into the decision. */
  readonly data: unknown;
}

/** Follows the arrows of a chart from its entry to an end, and reports the path. */
export async function runChart(
  chart: string,
  nodes: Nodes,
  observer: unknown,
  event: unknown,
  { logger, tracer, walked }: HandlerRun,
): Promise<HandlerResult> {
  const visits: Visit[] = [];
  const retractables: Retractable[] = [];
  try {
    let position: Position | undefined = begin(nodes);
    while (position) {
      const { id, data }: Position = position;
      const node = nodes.get(id);
      if (!node) return;
      const leave = tracer?.enter(chart, id);
      let outcome: Outcome;
      try {
        outcome = await node.run(observer, data, event);
      } catch (error) {
        leave?.({ error });
        visits.push({ node: id, failed: nameOf(error) });
        position = retract(retractables, visits, error);
        if (!position) throw error;
        logger.info(
          `${chart}: ${id} threw (${messageOf(error)}); ${visits.at(-1)?.node} answers no after all`,
        );
        continue;
      }
      const edge = outcome.kind === 'next' ? outcome.arrow.label : undefined;
      leave?.(edge === undefined ? {} : { edge });
      visits.push(edge === undefined ? { node: id } : { node: id, edge });
      if (outcome.kind === 'deferred') return outcome.deferred;
      if (outcome.kind === 'ended') return;
      retractables.push(...retractableOf(id, node, edge, data));
      position = { id: outcome.arrow.to, data: outcome.data };
    }
  } finally {
    const walk = walkOf(chart, nodes, visits);
    logger.info(walk.line);
    walked(walk);
  }
}

function begin(nodes: Nodes): Position | undefined {
  for (const [id, { kind }] of nodes) if (kind === 'entry') return { id, data: undefined };
  return undefined;
}

/** Goes back to the latest decision whose answer the error takes back, and out along its `no`. */
function retract(
  retractables: Retractable[],
  visits: Visit[],
  error: unknown,
): Position | undefined {
  for (let last = retractables.pop(); last; last = retractables.pop()) {
    if (!last.matches(error)) continue;
    visits.push({ node: last.id, edge: 'no', retracted: true });
    return { id: last.no.to, data: last.data };
  }
  return undefined;
}

function retractableOf(
  id: string,
  { arrows, retractWhen }: ChartNode,
  edge: string | undefined,
  data: unknown,
): Retractable[] {
  const no = arrows.find(({ label }) => label === 'no');
  if (!retractWhen || !no || edge === 'no') return [];
  return [{ id, matches: retractWhen, no, data }];
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
