import { PebbleError } from '../errors.ts';
import { goQuote } from './go-quote.ts';

/** Where in a layer or plan something is wrong. */
export interface PlanPlace {
  /** The label of the layer; absent when the layers together are at fault. */
  readonly layer?: string | undefined;
  /** From the section down, such as `['services', 'web', 'kill-delay']`; empty when unknown. */
  readonly path?: readonly string[];
}

/** A layer or a plan that Pebble would refuse. */
export class PebblePlanError extends PebbleError {
  readonly code = 'pebble-plan';
  /** What is wrong, in Pebble's own words. */
  readonly reason: string;
  /** The label of the layer; absent when the layers together are at fault. */
  readonly layer: string | undefined;
  /** From the section down, such as `['services', 'web', 'kill-delay']`; empty when unknown. */
  readonly path: readonly string[];

  constructor(reason: string, { layer, path = [] }: PlanPlace = {}, options?: ErrorOptions) {
    const where = path.length === 0 ? 'the text' : path.join('.');
    const inLayer = layer === undefined ? '' : ` in the layer ${goQuote(layer)}`;
    super(`Pebble would refuse this plan: ${reason}. Correct ${where}${inLayer}.`, options);
    this.reason = reason;
    this.layer = layer;
    this.path = path;
  }
}
