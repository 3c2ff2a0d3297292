import { isPeer, type RelationSide, type RelationState } from '../state/relation-state.ts';
import type { UnitState } from '../state/unit-state.ts';

/** Names one bag: a side of a relation, and there the application's or a unit's. */
export interface BagAddress {
  readonly relation: RelationState;
  readonly side: RelationSide;
  /** A unit's name, or the application's. */
  readonly owner: string;
}

/** Whether the bag is the one that belongs to the whole application. */
export function isAppBag({ side, owner }: BagAddress): boolean {
  return owner === side.app;
}

/**
 * Who may read which bag.
 *
 * The remote side's bags are open. Of its own side a unit reads its own bag; the application's bag
 * only as leader, and its fellow units' never, except on a peer relation, where all is open.
 */
export function mayRead(reader: UnitState, bag: BagAddress, leader: boolean): boolean {
  if (bag.side.app !== reader.app || isPeer(bag.relation)) return true;
  if (isAppBag(bag)) return leader;
  return bag.owner === reader.name;
}

/** Who may write which bag: a unit its own, the leader its application's, and nobody another's. */
export function mayWrite(writer: UnitState, bag: BagAddress, leader: boolean): boolean {
  if (bag.side.app !== writer.app) return false;
  return isAppBag(bag) ? leader : bag.owner === writer.name;
}
