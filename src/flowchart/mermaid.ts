import type { Graph, GraphNode, NodeShape } from './graph.ts';

/** What stands around a node's text for each shape. */
export const brackets: Readonly<Record<NodeShape, readonly [open: string, close: string]>> = {
  stadium: ['([', '])'],
  circle: ['((', '))'],
  rhombus: ['{', '}'],
  rectangle: ['[', ']'],
  flag: ['>', ']'],
};

/** Characters that mermaid takes for its own in a text without quotes. */
const needsQuotes = /["#()<>[\]{|}]/;

/**
 * Prints a chart as mermaid: one arrow a line, in order, each node written out where it is first
 * mentioned.
 */
export function printMermaid({ nodes, arrows }: Graph): string {
  const written = new Set<string>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const mention = (id: string): string => {
    const node = byId.get(id);
    if (!node || written.has(id)) return id;
    written.add(id);
    return printNode(node);
  };
  const lines = arrows.map(({ from, to, label }) => {
    const arrow = label === undefined ? '-->' : `-- ${printText(label)} -->`;
    return `${mention(from)} ${arrow} ${mention(to)}`;
  });
  const alone = nodes.filter(({ id }) => !written.has(id)).map(printNode);
  return ['flowchart TD', ...[...lines, ...alone].map((line) => `  ${line}`), ''].join('\n');
}

function printNode({ id, label, shape }: GraphNode): string {
  const [open, close] = brackets[shape];
  return `${id}${open}${printText(label)}${close}`;
}

function printText(text: string): string {
  const onOneLine = text.replaceAll('\n', String.raw`\n`);
  if (!needsQuotes.test(onOneLine)) return onOneLine;
  return `"${onOneLine.replaceAll('#', '#35;').replaceAll('"', '#quot;')}"`;
}
