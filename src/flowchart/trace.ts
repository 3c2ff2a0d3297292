import type { Visit, Walk } from '../framework/walk.ts';
import type { ChartNode } from './node.ts';

export type { Visit, Walk } from '../framework/walk.ts';

/** Makes the account of a run from the nodes that it came to. */
export function walkOf(
  chart: string,
  nodes: ReadonlyMap<string, Pick<ChartNode, 'kind'>>,
  visits: readonly Visit[],
): Walk {
  const words = visits.flatMap((visit) => wordOf(visit, nodes.get(visit.node)?.kind));
  return { chart, visits, line: `${chart}: ${words.join(' ')}` };
}

/** The entry goes without saying, and every end is a return. */
function wordOf(visit: Visit, kind: ChartNode['kind'] | undefined): string[] {
  if (visit.failed !== undefined) return [`${visit.node}!${visit.failed}`];
  if (visit.edge !== undefined) return [`${visit.node}=${visit.edge}`];
  if (kind === 'entry') return [];
  return [kind === 'end' ? 'return' : visit.node];
}
