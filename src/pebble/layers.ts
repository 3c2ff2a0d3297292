import type { CallOptions } from './call-options.ts';
import { anything } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { printLayer, type Layer } from './layer.ts';

/** How a layer joins the plan. */
export interface AddLayerOptions extends CallOptions {
  /**
   * When a layer of this label exists, merge into it where it stands, entry by entry as each
   * entry's `override` says. Without it such a label is refused.
   *
   * @default false
   */
  readonly combine?: boolean | undefined;
  /** Allow a `directory/label` layer to be put in the middle of the stack. */
  readonly inner?: boolean | undefined;
}

/**
 * Adds a layer to the plan, or merges it into one. Services follow at their next start, restart or
 * replan; checks and log targets at once.
 *
 * @param layer a value, or YAML text that is sent as it is.
 */
export async function addLayer(
  exchange: Exchange,
  label: string,
  layer: Layer | string,
  { combine = false, inner = false, ...options }: AddLayerOptions = {},
): Promise<void> {
  await exchange.post(
    `add layer ${label}`,
    '/v1/layers',
    {
      action: 'add',
      combine,
      inner,
      label,
      format: 'yaml',
      layer: typeof layer === 'string' ? layer : printLayer(layer),
    },
    anything,
    options,
  );
}
