import { isJuju4, type ModelState } from '../state/model-state.ts';
import { sideOf, unitBag, type RelationState } from '../state/relation-state.ts';
import { egressOf, ingressOf, networkOf } from './networks.ts';
import { revokeForRelation } from './secret-revisions.ts';
import { newView, type UnitState } from '../state/unit-state.ts';

/** The data that Juju itself puts in a unit's bag, by the network of the endpoint. */
export function networkKeys(
  model: ModelState,
  unit: UnitState,
  endpoint: string,
): Record<string, string> {
  const network = networkOf(unit, endpoint);
  if (network === undefined) return {};
  const [ingress = network.address] = ingressOf(network);
  return {
    'egress-subnets': egressOf(network).join(','),
    'ingress-address': ingress,
    ...(isJuju4(model) ? {} : { 'private-address': ingress }),
  };
}

/** Brings a unit into a relation: from now on the other units see it. */
export function enterScope(model: ModelState, relation: RelationState, unit: UnitState): void {
  const side = sideOf(relation, unit.app);
  if (side === undefined || unit.views.has(relation.id)) return;
  unit.views.set(relation.id, newView());
  side.inScope.add(unit.name);
  unitBag(side, unit.name).apply(networkKeys(model, unit, side.endpoint));
}

/** Brings a unit into every living relation of its application. */
export function enterScopes(model: ModelState, unit: UnitState): void {
  for (const relation of model.relations.values()) {
    if (relation.life === 'alive') enterScope(model, relation, unit);
  }
}

/** Drops what a unit that is gone has written, for another one that bears its name. */
export function forgetBags(model: ModelState, unit: UnitState): void {
  for (const relation of model.relations.values()) {
    sideOf(relation, unit.app)?.unitBags.delete(unit.name);
  }
}

/** Takes a unit out of a relation. Its bag stays readable until the relation is gone. */
export function leaveScope(model: ModelState, relation: RelationState, unit: UnitState): void {
  sideOf(relation, unit.app)?.inScope.delete(unit.name);
  removeWhenEmpty(model, relation);
}

/** Forgets a dying relation as soon as no unit is in it any more. */
export function removeWhenEmpty(model: ModelState, relation: RelationState): void {
  if (relation.life === 'dying' && relation.sides.every((side) => side.inScope.size === 0)) {
    model.relations.delete(relation.id);
    revokeForRelation(model, relation.id);
  }
}

/** Writes the address that a unit has now to all its bags, as Juju does when it changes. */
export function refreshNetworkKeys(model: ModelState, unit: UnitState): void {
  for (const relation of model.relations.values()) {
    const side = sideOf(relation, unit.app);
    if (side?.inScope.has(unit.name) === true) {
      unitBag(side, unit.name).apply(networkKeys(model, unit, side.endpoint));
    }
  }
}
