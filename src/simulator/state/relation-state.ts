import type { EndpointRole } from '../charm-definition.ts';
import { Databag } from './databag.ts';

/** One application's end of a relation. A peer relation has a single side. */
export interface RelationSide {
  readonly app: string;
  readonly endpoint: string;
  readonly role: EndpointRole;
  readonly appBag: Databag;
  /** Kept after a unit has left: the other side may still read them. */
  readonly unitBags: Map<string, Databag>;
  /** Units that are in the relation now. */
  readonly inScope: Set<string>;
}

export interface RelationState {
  readonly id: number;
  readonly interface: string;
  readonly sides: readonly RelationSide[];
  life: 'alive' | 'dying';
  /** Whether its operator has suspended it: its units then part, and may join again. */
  suspended: boolean;
}

export function newSide(app: string, endpoint: string, role: EndpointRole): RelationSide {
  return { app, endpoint, role, appBag: new Databag(), unitBags: new Map(), inScope: new Set() };
}

export function isPeer(relation: RelationState): boolean {
  return relation.sides.length === 1;
}

/** Whether its units are to leave it. */
export function isEnding({ life, suspended }: RelationState): boolean {
  return life === 'dying' || suspended;
}

/** The side of an application, if it takes part. */
export function sideOf(relation: RelationState, app: string): RelationSide | undefined {
  return relation.sides.find((side) => side.app === app);
}

/** The side that an application looks at: the other one, or in a peer relation its own. */
export function remoteSideOf(relation: RelationState, app: string): RelationSide | undefined {
  return isPeer(relation) ? sideOf(relation, app) : relation.sides.find((side) => side.app !== app);
}

/** A unit's bag, made at first need. */
export function unitBag(side: RelationSide, unit: string): Databag {
  const existing = side.unitBags.get(unit);
  if (existing !== undefined) return existing;
  const bag = new Databag();
  side.unitBags.set(unit, bag);
  return bag;
}
