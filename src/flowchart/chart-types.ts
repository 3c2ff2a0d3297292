import type { Same } from './answer.ts';
import type { Deferring } from './end.ts';
import type { ChartMistake } from './mistake.ts';
import type { ChartNode, Needs } from './node.ts';

/** The nodes of a chart by their ids. */
export type ChartNodes = Readonly<Record<string, ChartNode>>;

type FlowOf<Node> = Node extends ChartNode<Needs, infer F> ? F : never;
type NeedsOf<Node> = Node extends ChartNode<infer N> ? N : never;

/** What one arrow brings: its own data, or all that came into the node it leaves. */
type Brings<Nodes, From extends keyof Nodes, F, Id> = F extends { to: Id; data: infer Data }
  ? Data extends Same
    ? Arriving<Nodes, From>
    : Data
  : never;

/** Everything that the arrows into a node bring, as a union; `never` when no arrow leads to it. */
export type Arriving<Nodes, Id> = {
  [From in keyof Nodes]: Brings<Nodes, From, FlowOf<Nodes[From]>, Id>;
}[keyof Nodes];

/** The nodes whose arrow to `Id` brings data that does not fit. */
type Unfit<Nodes, Id, Data> = {
  [From in keyof Nodes]: [Brings<Nodes, From, FlowOf<Nodes[From]>, Id>] extends [Data]
    ? never
    : From;
}[keyof Nodes] &
  string;

type CheckTargets<Nodes, Id extends keyof Nodes & string> = [
  Exclude<FlowOf<Nodes[Id]>['to'], keyof Nodes>,
] extends [never]
  ? unknown
  : ChartMistake<`${Id} has an arrow to '${Exclude<FlowOf<Nodes[Id]>['to'], keyof Nodes>}', and the chart has no such node`>;

type CheckObserver<Node, Id extends string, O> = [O] extends [NeedsOf<Node>['observer']]
  ? unknown
  : ChartMistake<`the action of ${Id} asks for another observer than this chart's`>;

type CheckEvent<Node, Id extends string, E> = [E] extends [NeedsOf<Node>['event']]
  ? unknown
  : [Deferring] extends [NeedsOf<Node>['event']]
    ? ChartMistake<`${Id} defers, and this chart's event cannot be deferred`>
    : ChartMistake<`the action of ${Id} asks for another event than this chart's`>;

type CheckData<Nodes, Id extends keyof Nodes & string> = [
  Unfit<Nodes, Id, NeedsOf<Nodes[Id]>['data']>,
] extends [never]
  ? unknown
  : ChartMistake<`the action of ${Id} asks for data that the arrow from ${Unfit<Nodes, Id, NeedsOf<Nodes[Id]>['data']>} does not bring`>;

/** Each node as it is, or with the sentence that says what is wrong with it. */
export type CheckNodes<Nodes, O, E> = {
  readonly [Id in keyof Nodes & string]: CheckTargets<Nodes, Id> &
    CheckObserver<Nodes[Id], Id, O> &
    CheckEvent<Nodes[Id], Id, E> &
    CheckData<Nodes, Id>;
};
