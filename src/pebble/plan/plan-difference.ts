import type { Plan } from '../layer.ts';
import { differingFields } from './compare.ts';
import { effectiveCheck, effectiveService } from './effective.ts';
import { compareKeys } from './key-order.ts';
import { layerSections } from './layer-sections.ts';
import type { Entry, Sections } from './shape.ts';

/** What differs of one section. Names are in Pebble's order. */
export interface SectionDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The fields that differ of each entry that is in both. */
  readonly changed: Readonly<Record<string, readonly string[]>>;
}

/** What differs between two plans. */
export interface PlanDifference {
  /** Those in `changed` are what a replan stops and starts, if they have been started before. */
  readonly services: SectionDifference;
  /** Those in `changed` start anew as soon as the plan is there. */
  readonly checks: SectionDifference;
  readonly 'log-targets': SectionDifference;
}

/**
 * Compares two plans as Pebble does when it replans: durations by their length, maps in any order,
 * lists in theirs, and an empty text or list like none. A service differs when its workload does;
 * a check of a command when the environment, user or directory of its `service-context` does.
 *
 * @throws {PebblePlanError} when an entry is none, such as one with a duration that is not.
 */
export function planDifference(before: Plan, after: Plan): PlanDifference {
  const [old, young] = [
    layerSections('plan', before).sections,
    layerSections('plan', after).sections,
  ];
  return {
    services: difference(old, young, 'services', effectiveService),
    checks: difference(old, young, 'checks', effectiveCheck),
    'log-targets': difference(old, young, 'log-targets', (target) => target),
  };
}

function difference(
  old: Sections,
  young: Sections,
  section: 'services' | 'checks' | 'log-targets',
  effective: (entry: Entry, plan: Sections) => Entry,
): SectionDifference {
  const names = (one: Sections, other: Sections): string[] =>
    [...one[section].keys()].filter((name) => !other[section].has(name)).sort(compareKeys);
  const changed = [...young[section]].flatMap(([name, entry]) => {
    const before = old[section].get(name);
    const fields =
      before === undefined ? [] : differingFields(effective(before, old), effective(entry, young));
    return fields.length === 0 ? [] : [[name, fields] as const];
  });
  return {
    added: names(young, old),
    removed: names(old, young),
    changed: Object.fromEntries(changed.sort(([a], [b]) => compareKeys(a, b))),
  };
}

/** Whether Pebble would do the same with both plans. */
export function isSamePlan(a: Plan, b: Plan): boolean {
  return Object.values(planDifference(a, b)).every(
    ({ added, removed, changed }: SectionDifference) =>
      added.length + removed.length + Object.keys(changed).length === 0,
  );
}
