import { PebblePlanError } from './plan-error.ts';
import { checkPlan } from './check-plan.ts';
import {
  kindOf,
  listOf,
  mapOf,
  numberOf,
  pairingShape,
  partOf,
  sectionsFrom,
  textOf,
  type Entry,
  type FieldKind,
  type LabelledLayer,
  type SectionShape,
  type Sections,
  type Shape,
} from './shape.ts';
import { goQuote } from './go-quote.ts';

const defaultThreshold = 3;
const defaultPeriod = 10e9;

/**
 * Lays layers over one another, the first at the bottom, and checks the outcome.
 *
 * @throws {PebblePlanError}
 */
export function combineStack(layers: readonly LabelledLayer[]): Sections {
  const plan = stackLayers(layers);
  checkPlan(plan);
  return plan;
}

/**
 * Lays layers over one another without looking at the outcome: what becomes of a layer that is
 * changed in place.
 *
 * @throws {PebblePlanError} when an entry does not say how it overrides.
 */
export function stackLayers(layers: readonly LabelledLayer[]): Sections {
  const stacked = sectionsFrom(
    ({ name: section, noun, entry: shape }) =>
      layers.reduce((entries, { label, sections }) => {
        for (const [name, over] of sections[section]) {
          const base = entries.get(name);
          const override = textOf(over, 'override');
          if (override !== 'merge' && override !== 'replace') {
            throw new PebblePlanError(overrideFault(override, noun, name, label), {
              layer: label,
              path: [section, name, 'override'],
            });
          }
          entries.set(
            name,
            override === 'merge' && base !== undefined ? mergeEntry(base, over, shape) : over,
          );
        }
        return entries;
      }, new Map<string, Entry>()),
    layers.reduce<Entry>(
      (pairing, { sections }) => mergeEntry(pairing, sections.pairing, pairingShape),
      {},
    ),
  );
  return { ...stacked, checks: withCheckDefaults(stacked.checks) };
}

function overrideFault(
  override: string,
  noun: SectionShape['noun'],
  name: string,
  label: string,
): string {
  const quoted = goQuote(name);
  if (noun === 'workload') {
    return override === ''
      ? `workload ${quoted}: must define an "override" policy`
      : `workload ${quoted}: has an invalid "override" policy: ${goQuote(override)}`;
  }
  const words = override === '' ? 'must define "override"' : 'has invalid "override" value';
  return `layer ${goQuote(label)} ${words} for ${noun} ${quoted}`;
}

/** What is set lies over what is beneath. A field that Pebble does not know is replaced. */
function mergeEntry(base: Entry, over: Entry, shape: Shape): Entry {
  const merged = new Map(Object.entries(base));
  for (const field of Object.keys(over)) {
    if (field !== 'override') {
      merged.set(field, mergeField(base, over, field, kindOf(shape, field)));
    }
  }
  return Object.fromEntries(merged);
}

function mergeField(base: Entry, over: Entry, field: string, kind: FieldKind | undefined): unknown {
  if (kind === 'list') {
    return [...listOf(base, field), ...listOf(over, field)];
  }
  if (kind === 'map') {
    const texts = { ...mapOf(base, field), ...mapOf(over, field) };
    // A map without keys sets nothing, not even itself.
    return Object.keys(texts).length === 0 ? base[field] : texts;
  }
  if (typeof kind === 'object') {
    return mergeEntry(partOf(base, field) ?? {}, partOf(over, field) ?? {}, kind);
  }
  return over[field];
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
          threshold: numberOf(check, 'threshold') ?? defaultThreshold,
        },
      ];
    }),
  );
}
