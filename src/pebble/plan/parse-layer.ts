import * as z from 'zod/mini';

import type { Layer } from '../layer.ts';
import { layerSchema } from '../layer-schema.ts';
import { freezeDeeply } from './freeze.ts';
import { layerSections } from './layer-sections.ts';
import { plainSections } from './plain.ts';
import { printPlan } from './print-plan.ts';

/** How a layer's text is read. */
export interface ParseLayerOptions {
  /**
   * What errors call the layer.
   *
   * @default 'layer'
   */
  readonly label?: string | undefined;
}

/**
 * Reads a layer from YAML as Pebble does, with its rules for what a layer may hold, but keeps the
 * sections and fields that only a newer Pebble knows. What depends on other layers, such as a
 * service without a command, is found when they are combined.
 *
 * The layer is spelled and ordered as Pebble prints it, and cannot be changed.
 *
 * @throws {PebblePlanError} when Pebble would refuse the layer, with the key and Pebble's words.
 */
export async function parseLayer(
  text: string,
  { label = 'layer' }: ParseLayerOptions = {},
): Promise<Layer<string>> {
  // Loaded here because a program that reads no YAML should not pay for a parser.
  const { parseLayerText } = await import('./parse-layer-text.ts');
  const { sections, others } = parseLayerText(label, text, { keepUnknown: true });
  return freezeDeeply(z.parse(layerSchema, { ...others, ...plainSections(sections, 'value') }));
}

/**
 * Prints a layer or a plan in YAML as Pebble prints its plan: names sorted, fields in a fixed
 * order, durations such as `1m30s`, and nothing that is empty.
 *
 * @throws {PebblePlanError} when a value is of a wrong type, or a duration is none.
 */
export function printYaml(layer: Layer<string>): string {
  const { sections, others } = layerSections('layer', layer);
  return printPlan(sections, others);
}
