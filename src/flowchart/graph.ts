/** What a node is for. */
export type NodeKind = 'entry' | 'decision' | 'step' | 'end' | 'defer';

/** How a node is drawn. Mermaid: `([ ])`, `{ }`, `[ ]`, `> ]`, `(( ))`. */
export type NodeShape = 'stadium' | 'rhombus' | 'rectangle' | 'flag' | 'circle';

export interface GraphNode {
  readonly id: string;
  /** With a line break wherever the picture has one. */
  readonly label: string;
  readonly kind: NodeKind;
  readonly shape: NodeShape;
}

export interface GraphArrow {
  readonly from: string;
  readonly to: string;
  /** The answer that it is followed on; absent when it bears no label. */
  readonly label?: string;
}

/** A flowchart as a picture: what a chart in code and one in mermaid have in common. */
export interface Graph {
  /** In the order of their first mention. */
  readonly nodes: readonly GraphNode[];
  readonly arrows: readonly GraphArrow[];
}

/** An arrow in words: `is_cfg -- no --> defer`. */
export function arrowText({ from, to, label }: GraphArrow): string {
  return label === undefined ? `${from} --> ${to}` : `${from} -- ${label} --> ${to}`;
}
