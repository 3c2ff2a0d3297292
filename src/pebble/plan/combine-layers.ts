import * as z from 'zod/mini';

import type { Layer, Plan } from '../layer.ts';
import { planSchema } from '../layer-schema.ts';
import { combineStack, stackLayers } from './combine.ts';
import { layerSections } from './layer-sections.ts';
import { plainSections } from './plain.ts';
import type { LabelledLayer } from './shape.ts';
import { freezeDeeply } from './freeze.ts';

/**
 * Lays layers over one another as Pebble does, the first at the bottom, and checks what comes of
 * it. A label that comes again is combined into its layer where that stands, as
 * `addLayer(…, { combine: true })` does.
 *
 * The plan is spelled and ordered as Pebble prints it, and cannot be changed. Of what Pebble does
 * not know yet, the topmost layer that has it wins.
 *
 * @param layers each with its label, such as `[['base', base], ['web', web]]` or a `Map`.
 * @throws {PebblePlanError} when Pebble would refuse a layer or the plan, with the layer, the key
 *   and Pebble's words.
 */
export function combineLayers(
  layers: Iterable<readonly [label: string, layer: Layer<string>]>,
): Plan {
  const stack = new Map<string, LabelledLayer>();
  const others: Record<string, unknown> = {};
  for (const [label, layer] of layers) {
    const read = layerSections(label, layer);
    const beneath = stack.get(label);
    stack.set(
      label,
      beneath === undefined ? read : { label, sections: stackLayers([beneath, read]) },
    );
    Object.assign(others, read.others);
  }
  // The texts of layers are not in a plan.
  const { summary: _summary, description: _description, ...kept } = others;
  const plain = plainSections(combineStack([...stack.values()]), 'value');
  return freezeDeeply(z.parse(planSchema, { ...plain, ...kept }));
}
