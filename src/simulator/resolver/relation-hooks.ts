import type { RelationHook } from '../hook.ts';
import { pick } from '../random.ts';
import { isLeader } from '../rules/leadership.ts';
import type { ModelState } from '../state/model-state.ts';
import {
  isEnding,
  isPeer,
  remoteSideOf,
  sideOf,
  unitBag,
  type RelationSide,
  type RelationState,
} from '../state/relation-state.ts';
import { newView, type RelationView, type UnitState } from '../state/unit-state.ts';

/** The relation-created that is due, chosen among several by the seed as Juju does by chance. */
export function createdHook(model: ModelState, unit: UnitState): RelationHook | undefined {
  const due = [...model.relations.values()].filter(
    (relation) =>
      relation.life === 'alive' &&
      sideOf(relation, unit.app) !== undefined &&
      unit.views.get(relation.id)?.created !== true,
  );
  const relation = pick(due, model.seed, unit.name, 'created', unit.runs);
  return relation && aboutRelation(relation, unit, 'relation-created');
}

/**
 * The next hook about the data and members of relations. A relation whose joined has run comes
 * first, so that its changed follows; among the others the seed chooses.
 */
export function membershipHook(model: ModelState, unit: UnitState): RelationHook | undefined {
  const known = [...unit.views.entries()].flatMap(([id, view]) => {
    const relation = model.relations.get(id);
    return relation === undefined || !view.created ? [] : [{ relation, view }];
  });
  const joined = known.find(({ view }) => view.changedDue !== undefined);
  if (joined !== undefined) return nextAbout(model, unit, joined.relation, joined.view);
  const due = known.flatMap(({ relation, view }) => nextAbout(model, unit, relation, view) ?? []);
  return pick(due, model.seed, unit.name, 'membership', unit.runs);
}

/** While the unit goes: departed for each member it knows, then broken, relation by relation. */
export function farewellHook(model: ModelState, unit: UnitState): RelationHook | undefined {
  for (const [id, view] of unit.views) {
    const relation = model.relations.get(id);
    if (relation === undefined || !view.created || view.broken) continue;
    const hook = departedHook(unit, relation, view) ?? brokenHook(unit, relation, view);
    if (hook !== undefined) return hook;
  }
  return undefined;
}

function nextAbout(
  model: ModelState,
  unit: UnitState,
  relation: RelationState,
  view: RelationView,
): RelationHook | undefined {
  if (view.broken) return undefined;
  if (view.changedDue !== undefined) {
    return aboutRelation(relation, unit, 'relation-changed', view.changedDue);
  }
  return (
    departedHook(unit, relation, view) ??
    brokenHook(unit, relation, view) ??
    appChangedHook(model, unit, relation, view) ??
    joinedHook(unit, relation, view) ??
    unitChangedHook(unit, relation, view)
  );
}

function departedHook(
  unit: UnitState,
  relation: RelationState,
  view: RelationView,
): RelationHook | undefined {
  const leaving = unit.life === 'dying';
  const gone = [...view.members.keys()]
    .sort()
    .find(
      (member) =>
        leaving ||
        isEnding(relation) ||
        remoteSideOf(relation, unit.app)?.inScope.has(member) !== true,
    );
  if (gone === undefined) return undefined;
  const departingUnit = leaving ? unit.name : gone;
  return { ...aboutRelation(relation, unit, 'relation-departed', gone), departingUnit };
}

function brokenHook(
  unit: UnitState,
  relation: RelationState,
  view: RelationView,
): RelationHook | undefined {
  const ends = isEnding(relation) || unit.life === 'dying';
  if (!ends || isPeer(relation) || view.members.size > 0) return undefined;
  return aboutRelation(relation, unit, 'relation-broken');
}

function appChangedHook(
  model: ModelState,
  unit: UnitState,
  relation: RelationState,
  view: RelationView,
): RelationHook | undefined {
  const side = remoteSideOf(relation, unit.app);
  if (side === undefined || side.appBag.version === view.appVersionSeen) return undefined;
  if (isPeer(relation) && isLeader(model, unit)) return undefined;
  return aboutRelation(relation, unit, 'relation-changed');
}

function joinedHook(
  unit: UnitState,
  relation: RelationState,
  view: RelationView,
): RelationHook | undefined {
  if (isEnding(relation)) return undefined;
  const side = remoteSideOf(relation, unit.app);
  const newcomer = remoteUnits(side, unit).find((name) => !view.members.has(name));
  return newcomer === undefined
    ? undefined
    : aboutRelation(relation, unit, 'relation-joined', newcomer);
}

function unitChangedHook(
  unit: UnitState,
  relation: RelationState,
  view: RelationView,
): RelationHook | undefined {
  const side = remoteSideOf(relation, unit.app);
  const changed = remoteUnits(side, unit).find((name) => {
    const seen = view.members.get(name);
    return side !== undefined && seen !== undefined && unitBag(side, name).version !== seen;
  });
  return changed === undefined
    ? undefined
    : aboutRelation(relation, unit, 'relation-changed', changed);
}

function remoteUnits(side: RelationSide | undefined, unit: UnitState): string[] {
  return [...(side?.inScope ?? [])].filter((name) => name !== unit.name).sort();
}

/** A hook about a relation as the unit sees it. */
export function aboutRelation(
  relation: RelationState,
  unit: UnitState,
  kind: RelationHook['kind'],
  remoteUnit?: string,
): RelationHook {
  return {
    kind,
    endpoint: sideOf(relation, unit.app)?.endpoint ?? '',
    relationId: relation.id,
    remoteApp: remoteSideOf(relation, unit.app)?.app ?? unit.app,
    ...(remoteUnit === undefined ? {} : { remoteUnit }),
  };
}

/** The view that a unit has of a relation, made at first need. */
export function viewOf(unit: UnitState, relationId: number): RelationView {
  const existing = unit.views.get(relationId);
  if (existing !== undefined) return existing;
  const view = newView();
  unit.views.set(relationId, view);
  return view;
}
