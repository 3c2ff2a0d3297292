import { arrowText, type Graph, type GraphArrow, type GraphNode } from './graph.ts';

/** One way in which a chart differs from the one that it should be. */
export interface Difference {
  readonly what: 'node' | 'kind' | 'shape' | 'label' | 'arrow' | 'arrow-label';
  /** The node, or the node that the arrow leaves. */
  readonly node: string;
  /** The difference in words. */
  readonly message: string;
}

/**
 * Lists every difference between a chart and the one that it should be; an empty list says that they
 * are the same picture. Space around a label and around its lines does not count, nor does the order
 * of nodes and arrows.
 */
export function compare(expected: Graph, actual: Graph): Difference[] {
  return [...compareNodes(expected.nodes, actual.nodes), ...compareArrows(expected, actual)];
}

function compareNodes(expected: readonly GraphNode[], actual: readonly GraphNode[]): Difference[] {
  const found = new Map(actual.map((node) => [node.id, node]));
  const wanted = new Set(expected.map(({ id }) => id));
  return [
    ...expected.flatMap((node) => compareNode(node, found.get(node.id))),
    ...actual
      .filter(({ id }) => !wanted.has(id))
      .map(({ id }) => difference('node', id, `there is a node ${id} too many`)),
  ];
}

function compareNode(expected: GraphNode, actual: GraphNode | undefined): Difference[] {
  const { id } = expected;
  if (!actual) return [difference('node', id, `the node ${id} is missing`)];
  const facts = [
    ['kind', expected.kind, actual.kind],
    ['shape', expected.shape, actual.shape],
    ['label', plain(expected.label), plain(actual.label)],
  ] as const;
  return facts
    .filter(([, wanted, found]) => wanted !== found)
    .map(([what, wanted, found]) =>
      difference(
        what,
        id,
        `the ${what} of ${id} is ${JSON.stringify(found)} and should be ${JSON.stringify(wanted)}`,
      ),
    );
}

function compareArrows(expected: Graph, actual: Graph): Difference[] {
  const missing = without(expected.arrows, actual.arrows);
  const surplus = without(actual.arrows, expected.arrows);
  const relabelled = missing.flatMap((wanted) => {
    const index = surplus.findIndex(({ from, to }) => from === wanted.from && to === wanted.to);
    const [found] = index === -1 ? [] : surplus.splice(index, 1);
    return found ? [{ wanted, found }] : [];
  });
  const settled = new Set(relabelled.map(({ wanted }) => wanted));
  return [
    ...relabelled.map(({ wanted, found }) =>
      difference(
        'arrow-label',
        wanted.from,
        `the arrow ${arrowText(found)} should be ${arrowText(wanted)}`,
      ),
    ),
    ...missing
      .filter((arrow) => !settled.has(arrow))
      .map((arrow) => difference('arrow', arrow.from, `the arrow ${arrowText(arrow)} is missing`)),
    ...surplus.map((arrow) =>
      difference('arrow', arrow.from, `there is an arrow ${arrowText(arrow)} too many`),
    ),
  ];
}

/** The arrows of one list that the other lacks, counting equal ones. */
function without(arrows: readonly GraphArrow[], others: readonly GraphArrow[]): GraphArrow[] {
  const left = others.map(arrowKey);
  return arrows.filter((arrow) => {
    const index = left.indexOf(arrowKey(arrow));
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

function arrowKey({ from, to, label }: GraphArrow): string {
  return JSON.stringify([from, to, label === undefined ? null : plain(label)]);
}

function plain(label: string): string {
  return label
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}

function difference(what: Difference['what'], node: string, message: string): Difference {
  return { what, node, message };
}
