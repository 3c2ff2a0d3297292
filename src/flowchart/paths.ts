import type { Visit, Walk } from '../framework/walk.ts';
import type { Graph, GraphArrow } from './graph.ts';
import { walkOf } from './trace.ts';

/** What is asked about the ways through a chart: its name and picture. A flowchart is one. */
export interface Charted {
  readonly name: string;
  readonly graph: Graph;
}

/**
 * Every way from the entry to an end, each in the form of the walk that a run along it reports, so
 * that `path.line === walk.line`. Runs in which an action throws follow other lines.
 */
export function pathsOf({ name, graph }: Charted): Walk[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const paths: Walk[] = [];
  const follow = (id: string, before: readonly Visit[]): void => {
    const arrows = graph.arrows.filter(({ from }) => from === id);
    if (arrows.length === 0) paths.push(walkOf(name, nodes, [...before, { node: id }]));
    for (const { to, label } of arrows) {
      follow(to, [...before, label === undefined ? { node: id } : { node: id, edge: label }]);
    }
  };
  for (const { id, kind } of graph.nodes) if (kind === 'entry') follow(id, []);
  return paths;
}

/** The arrows that none of the walks followed. Walks of other charts count for nothing. */
export function unwalkedArrows({ name, graph }: Charted, walks: Iterable<Walk>): GraphArrow[] {
  const walked = new Set<string>();
  for (const { chart, visits } of walks) {
    if (chart !== name) continue;
    for (const { node, edge, failed } of visits) {
      if (failed === undefined) walked.add(arrowKey(node, edge));
    }
  }
  return graph.arrows.filter(({ from, label }) => !walked.has(arrowKey(from, label)));
}

/** What makes two arrows of a chart the same one. */
export function arrowKey(from: string, label: string | undefined): string {
  return JSON.stringify([from, label ?? null]);
}
