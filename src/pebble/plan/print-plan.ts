import { plainSections } from './plain.ts';
import type { Sections } from './shape.ts';
import { yamlText } from './yaml-text.ts';

/**
 * A plan in YAML as Pebble prints it: four spaces, sorted names, fields in a fixed order, and
 * without maps that are empty.
 *
 * @param others what stands before and beside the sections, such as a layer's summary.
 */
export function printPlan(plan: Sections, others: Readonly<Record<string, unknown>> = {}): string {
  return yamlText({ ...others, ...plainSections(plan, 'print') });
}
