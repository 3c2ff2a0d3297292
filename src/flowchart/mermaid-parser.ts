import { MermaidSyntaxError } from './errors.ts';
import type { Graph, GraphArrow, GraphNode, NodeKind, NodeShape } from './graph.ts';
import { brackets } from './mermaid.ts';

interface Drawn {
  readonly label: string;
  readonly shape: NodeShape;
}

/** A node as one line mentions it, and where the line goes on. */
interface Mention {
  readonly id: string;
  readonly drawn: Drawn | undefined;
  readonly end: number;
}

const header = /^(?:flowchart|graph)\s+(?:TD|TB|BT|LR|RL)\s*;?$/;
const identifier = /[A-Za-z]\w*/y;
const arrow = /\s*(?:-->(?:\|(\s*"[^"]*"\s*|[^|]*)\|)?|--\s*("[^"]*"|\S.*?)\s*-->)\s*/y;

/** A longer opening before the one that it begins with. */
const shapes: readonly NodeShape[] = ['stadium', 'circle', 'rhombus', 'rectangle', 'flag'];

const kinds: Readonly<Record<NodeShape, NodeKind>> = {
  stadium: 'end',
  circle: 'end',
  rhombus: 'decision',
  rectangle: 'step',
  flag: 'defer',
};

/**
 * Reads a flowchart in the part of mermaid that charts are written in.
 *
 * @throws {MermaidSyntaxError} naming the line that it cannot read
 */
export function parseMermaid(text: string): Graph {
  const drawn = new Map<string, Drawn | undefined>();
  const arrows: GraphArrow[] = [];
  let begun = false;
  for (const [index, source] of text.split('\n').entries()) {
    const line = source.trim();
    if (line === '' || line.startsWith('%%')) continue;
    if (begun) parseLine(line, index + 1, drawn, arrows);
    else if (header.test(line)) begun = true;
    else throw new MermaidSyntaxError(index + 1, 'a chart begins with `flowchart TD`');
  }
  if (!begun) throw new MermaidSyntaxError(1, 'it is empty');
  return { nodes: Array.from(drawn, ([id, node]) => nodeOf(id, node, arrows)), arrows };
}

function parseLine(
  line: string,
  number: number,
  drawn: Map<string, Drawn | undefined>,
  arrows: GraphArrow[],
): void {
  let left = parseMention(line, 0, number);
  note(left, drawn, number);
  while (left.end < line.length) {
    arrow.lastIndex = left.end;
    const match = arrow.exec(line);
    if (!match) throw new MermaidSyntaxError(number, `no arrow after ${left.id}`);
    const right = parseMention(line, arrow.lastIndex, number);
    note(right, drawn, number);
    const label = match[1] ?? match[2];
    arrows.push({
      from: left.id,
      to: right.id,
      ...(label !== undefined && { label: readText(label) }),
    });
    left = right;
  }
}

function parseMention(line: string, start: number, number: number): Mention {
  identifier.lastIndex = start;
  const id = identifier.exec(line)?.[0];
  if (id === undefined) {
    throw new MermaidSyntaxError(number, `no node at ${JSON.stringify(line.slice(start))}`);
  }
  const after = start + id.length;
  const shape = shapes.find((candidate) => line.startsWith(brackets[candidate][0], after));
  if (!shape) return { id, drawn: undefined, end: after };
  const [open, close] = brackets[shape];
  const textStart = after + open.length;
  const textEnd = closingOf(line, textStart, close);
  if (textEnd === -1) throw new MermaidSyntaxError(number, `${id} has no closing ${close}`);
  const label = readText(line.slice(textStart, textEnd));
  return { id, drawn: { label, shape }, end: textEnd + close.length };
}

/** Where a text ends; brackets inside quotes are part of it. */
function closingOf(line: string, start: number, close: string): number {
  const quoted = /\s*"[^"]*"\s*/y;
  quoted.lastIndex = start;
  return line.indexOf(close, quoted.test(line) ? quoted.lastIndex : start);
}

function note(
  { id, drawn: found }: Mention,
  drawn: Map<string, Drawn | undefined>,
  number: number,
): void {
  if (found && drawn.get(id)) throw new MermaidSyntaxError(number, `${id} is drawn a second time`);
  if (found || !drawn.has(id)) drawn.set(id, found);
}

function readText(text: string): string {
  const trimmed = text.trim();
  const unquoted = /^"(.*)"$/.exec(trimmed)?.[1] ?? trimmed;
  return unquoted
    .replaceAll(String.raw`\n`, '\n')
    .replaceAll(/<br\s*\/?>/g, '\n')
    .replaceAll('#quot;', '"')
    .replaceAll('#35;', '#')
    .trim();
}

function nodeOf(id: string, drawn: Drawn | undefined, arrows: readonly GraphArrow[]): GraphNode {
  const { label, shape } = drawn ?? { label: id, shape: 'rectangle' };
  return { id, label, shape, kind: kindOf(id, shape, arrows) };
}

/** A stadium that an arrow leads to is an end; one that arrows only leave is the entry. */
function kindOf(id: string, shape: NodeShape, arrows: readonly GraphArrow[]): NodeKind {
  return shape === 'stadium' && !arrows.some(({ to }) => to === id) ? 'entry' : kinds[shape];
}
