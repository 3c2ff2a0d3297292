import * as z from 'zod/mini';
import { printLayer, type Layer as PebbleLayer } from '../../pebble/layer.ts';
import { layerSchema } from '../../pebble/layer-schema.ts';
import { parseLayerText } from '../../pebble/plan/parse-layer-text.ts';
import { plainSections } from '../../pebble/plan/plain.ts';
import type { Sections } from '../../pebble/plan/shape.ts';

type Layer = PebbleLayer<string>;

/** What Pebble reads in the layers of states, which are frozen: to read YAML takes its time. */
const read = new WeakMap<Layer, Sections>();

/**
 * A layer of a state as Pebble reads it.
 *
 * @throws {PebblePlanError} where Pebble would refuse it
 */
export function sectionsOf(layer: Layer, label: string): Sections {
  const known = read.get(layer);
  if (known !== undefined) return known;
  const { sections } = parseLayerText(label, printLayer(layer), { keepUnknown: false });
  read.set(layer, sections);
  return sections;
}

/** A layer of a state from what Pebble has: the one before, where nobody has changed it. */
export function layerOf(sections: Sections, before: Layer | undefined): Layer {
  if (before !== undefined && read.get(before) === sections) return before;
  const layer = z.parse(layerSchema, plainSections(sections, 'value'));
  read.set(layer, sections);
  return layer;
}
