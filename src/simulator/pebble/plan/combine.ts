import { checkPlan } from './check-plan.ts';
import { PlanError } from './plan-error.ts';
import {
  isList,
  mapOf,
  numberOf,
  partOf,
  sections,
  textOf,
  type Entry,
  type FieldKind,
  type FieldValue,
  type Layer,
  type Sections,
  type Shape,
} from './shape.ts';

const defaultThreshold = 3;
const defaultPeriod = 10e9;

/**
 * Lays layers over one another, the first at the bottom, and checks the outcome.
 *
 * @throws {PlanError}
 */
export function combineLayers(layers: readonly Layer[]): Sections {
  const stacked = stackLayers(layers);
  const plan = { ...stacked, checks: withCheckDefaults(stacked.checks) };
  checkPlan(plan);
  return plan;
}

/**
 * Lays layers over one another without looking at the outcome: what becomes of a layer that is
 * changed in place.
 *
 * @throws {PlanError} when an entry does not say how it overrides.
 */
export function stackLayers(layers: readonly Layer[]): Sections {
  const stacked = {
    services: new Map<string, Entry>(),
    checks: new Map<string, Entry>(),
    'log-targets': new Map<string, Entry>(),
  };
  for (const { label, sections: layered } of layers) {
    for (const { name: section, noun, entry: shape } of sections) {
      for (const [name, over] of layered[section]) {
        const base = stacked[section].get(name);
        const words = `layer ${JSON.stringify(label)}`;
        switch (textOf(over, 'override')) {
          case 'replace':
            stacked[section].set(name, over);
            break;
          case 'merge':
            stacked[section].set(name, base === undefined ? over : mergeEntry(base, over, shape));
            break;
          case '':
            throw new PlanError(
              `${words} must define "override" for ${noun} ${JSON.stringify(name)}`,
            );
          default:
            throw new PlanError(
              `${words} has invalid "override" value for ${noun} ${JSON.stringify(name)}`,
            );
        }
      }
    }
  }
  return stacked;
}

function mergeEntry(base: Entry, over: Entry, shape: Shape): Entry {
  const merged: Record<string, FieldValue> = { ...base };
  for (const [field, kind] of Object.entries(shape.fields)) {
    const value = over[field];
    if (field !== 'override' && value !== undefined && value !== '') {
      merged[field] = mergeField(base, field, value, kind);
    }
  }
  return merged;
}

function mergeField(base: Entry, field: string, over: FieldValue, kind: FieldKind): FieldValue {
  const under = base[field];
  if (isList(over)) {
    return isList(under) ? [...under, ...over] : over;
  }
  if (kind === 'map' && typeof over === 'object') {
    return { ...mapOf(base, field), ...over };
  }
  const part = partOf(base, field);
  if (typeof kind === 'object' && typeof over === 'object' && part !== undefined) {
    return mergeEntry(part, over, kind);
  }
  return over;
}

/** A check always has a threshold, and a timeout no longer than its period. */
function withCheckDefaults(checks: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
  return new Map(
    [...checks].map(([name, check]) => {
      const timeout = numberOf(check, 'timeout');
      const period = numberOf(check, 'period') ?? defaultPeriod;
      return [
        name,
        {
          ...check,
          ...(timeout === undefined ? {} : { timeout: Math.min(timeout, period) }),
          threshold: numberOf(check, 'threshold') || defaultThreshold,
        },
      ];
    }),
  );
}
