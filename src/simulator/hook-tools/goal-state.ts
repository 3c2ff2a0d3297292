import type { ModelState } from '../state/model-state.ts';
import { remoteSideOf, sideOf, type RelationState } from '../state/relation-state.ts';
import type { UnitState } from '../state/unit-state.ts';
import type { Printable } from './go-json.ts';
import type { HookTool } from './hook-tool.ts';
import { formatted, outputFlags } from './output.ts';

export const goalState: HookTool = {
  name: 'goal-state',
  usage: '[options]',
  summary: "print the status of the charm's peers and related units",
  flags: () => outputFlags(['yaml', 'json']),
  run({ transaction: { model, application, unit } }, args) {
    args.atMost(0);
    const units = [...application.units.values()].filter(({ life }) => life !== 'dead');
    const goal = {
      units: Object.fromEntries(units.map((each) => [each.name, unitGoal(each)])),
      relations: relationGoals(model, unit),
    };
    return formatted(goal, args, 'yaml');
  },
};

function relationGoals(model: ModelState, unit: UnitState): Record<string, Printable> {
  const goals: Record<string, Record<string, Printable>> = {};
  for (const relation of model.relations.values()) {
    const own = sideOf(relation, unit.app);
    const remote = remoteSideOf(relation, unit.app);
    if (own === undefined || remote === undefined || own === remote) continue;
    const goal = (goals[own.endpoint] ??= {});
    goal[remote.app] = { status: relationStatus(relation) };
    for (const other of model.applications.get(remote.app)?.units.values() ?? []) {
      goal[other.name] = unitGoal(other);
    }
  }
  return goals;
}

function relationStatus({ life, suspended }: RelationState): string {
  if (life === 'dying') return 'broken';
  return suspended ? 'suspended' : 'joined';
}

function unitGoal(unit: UnitState): Printable {
  const since = unit.status.since
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  return { status: unit.life === 'dying' ? 'dying' : unit.status.status, since };
}
