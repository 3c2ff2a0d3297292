import type { ChartNode } from './node.ts';

type Nodes = ReadonlyMap<string, ChartNode>;

const wellFormedId = /^[a-z][a-z0-9_]*$/;

/** Words that mermaid reads as its own where an id should stand. */
const reservedIds: ReadonlySet<string> = new Set([
  'class',
  'click',
  'default',
  'end',
  'flowchart',
  'graph',
  'style',
  'subgraph',
]);

/** All that keeps nodes from being a chart, a sentence each; nothing when they are one. */
export function mistakesOf(nodes: Nodes): string[] {
  return [
    ...idMistakes(nodes),
    ...entryMistakes(nodes),
    ...targetMistakes(nodes),
    ...shapeMistakes(nodes),
  ];
}

function idMistakes(nodes: Nodes): string[] {
  return [...nodes.keys()]
    .filter((id) => !wellFormedId.test(id) || reservedIds.has(id))
    .map(
      (id) =>
        `${JSON.stringify(id)} cannot name a node: use lower-case letters, digits and underscores, and no word of mermaid's`,
    );
}

function entryMistakes(nodes: Nodes): string[] {
  const entries = idsOf(nodes, 'entry');
  if (entries.length === 1) return [];
  return [
    entries.length === 0 ? 'it has no entry' : `it has several entries: ${entries.join(', ')}`,
  ];
}

function targetMistakes(nodes: Nodes): string[] {
  return Array.from(nodes, ([id, { arrows }]) =>
    arrows
      .filter(({ to }) => !nodes.has(to))
      .map(({ to }) => `${id} has an arrow to ${to}, which is no node`),
  ).flat();
}

/** What a walk along all arrows shows: nodes that it meets again on its own path, or never. */
function shapeMistakes(nodes: Nodes): string[] {
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (id: string, path: readonly string[]): void => {
    if (path.includes(id)) {
      cycles.push(`its arrows go round: ${[...path.slice(path.indexOf(id)), id].join(' → ')}`);
      return;
    }
    if (finished.has(id)) return;
    for (const { to } of nodes.get(id)?.arrows ?? []) visit(to, [...path, id]);
    finished.add(id);
  };
  for (const id of idsOf(nodes, 'entry')) visit(id, []);
  const unreached = [...nodes.keys()].filter((id) => !finished.has(id));
  return [...cycles, ...unreached.map((id) => `no arrow from the entry leads to ${id}`)];
}

function idsOf(nodes: Nodes, kind: ChartNode['kind']): string[] {
  return Array.from(nodes, ([id, node]) => (node.kind === kind ? [id] : [])).flat();
}
