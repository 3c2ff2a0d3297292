import type { Layer } from '../layer.ts';
import { layerSchema } from '../layer-schema.ts';
import { PebblePlanError } from './plan-error.ts';
import { parseDuration } from './duration.ts';
import {
  isSet,
  kindOf,
  pairingShape,
  partOf,
  sectionsFrom,
  isSection,
  isSummary,
  type Entry,
  type FieldKind,
  type ReadLayer,
  type Shape,
} from './shape.ts';
import { goQuote } from './go-quote.ts';

/**
 * A layer that is given as a value, read as Pebble would read its text.
 *
 * @throws {PebblePlanError} when a value is of a wrong type, or a duration is none.
 */
export function layerSections(label: string, layer: Layer<string>): ReadLayer {
  const parsed = layerSchema.safeParse(layer);
  if (!parsed.success) {
    throw new PebblePlanError(
      `cannot parse layer ${goQuote(label)}: ${parsed.error.issues[0]?.message ?? ''}`,
      { layer: label, path: parsed.error.issues[0]?.path.map(String) ?? [] },
      { cause: parsed.error },
    );
  }
  const sections = sectionsFrom(
    ({ name, entry: shape }) => {
      const entries = partOf(parsed.data, name) ?? {};
      return new Map(
        Object.keys(entries).map((key) => [
          key,
          readEntry(partOf(entries, key) ?? {}, shape, { layer: label, path: [name, key] }),
        ]),
      );
    },
    readEntry(partOf(parsed.data, 'pairing') ?? {}, pairingShape, {
      layer: label,
      path: ['pairing'],
    }),
  );
  return { label, sections, others: othersOf(parsed.data) };
}

/** What stands beside the sections: the summaries, and what a newer Pebble has. */
function othersOf(layer: Layer<string>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(layer).filter(
      ([key, value]) => !isSection(key) && isSet(value, isSummary(key) ? 'string' : undefined),
    ),
  );
}

interface Place {
  readonly layer: string;
  readonly path: readonly string[];
}

function readEntry(entry: Entry, shape: Shape, { layer, path }: Place): Entry {
  return Object.fromEntries(
    Object.keys(entry).flatMap((field) => {
      const kind = kindOf(shape, field);
      const value = readField(entry, field, kind, { layer, path: [...path, field] });
      return isSet(value, kind) ? [[field, value]] : [];
    }),
  );
}

function readField(
  entry: Entry,
  field: string,
  kind: FieldKind | undefined,
  place: Place,
): unknown {
  const value = entry[field];
  if (kind === 'duration' && typeof value === 'string') {
    const duration = parseDuration(value);
    if (duration === undefined) {
      const [section = ''] = place.path;
      throw new PebblePlanError(
        `cannot parse layer ${goQuote(place.layer)} section ${goQuote(section)}: invalid duration ${goQuote(value)}`,
        place,
      );
    }
    return duration;
  }
  const part = partOf(entry, field);
  return typeof kind === 'object' && part !== undefined ? readEntry(part, kind, place) : value;
}
