import { isSameSection } from '../../../pebble/plan/compare.ts';
import { combineStack, stackLayers } from '../../../pebble/plan/combine.ts';
import { parseLayerText } from '../../../pebble/plan/parse-layer-text.ts';
import type { LabelledLayer, Sections } from '../../../pebble/plan/shape.ts';
import type { Accounts } from '../accounts.ts';
import type { InitialLayer } from '../core.ts';
import { checkOwners } from './check-owners.ts';
import { PebblePlanError } from '../../../pebble/plan/plan-error.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

/** The daemon's layers and the plan that they make. */
export class PlanStore {
  readonly #accounts: Accounts;
  #layers: readonly LabelledLayer[] = [];
  #plan: Sections = combineStack([]);

  /** @param accounts those that checks may name. */
  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  get plan(): Sections {
    return this.#plan;
  }

  /** In the order in which they lie over one another. */
  get layers(): readonly LabelledLayer[] {
    return this.#layers;
  }

  /**
   * Takes the layers that the daemon starts with.
   *
   * @throws {PebblePlanError}
   */
  load(layers: readonly InitialLayer[]): void {
    const read = [...layers].sort((a, b) => a.order - b.order).map((layer) => this.#take(layer));
    this.#plan = combineStack(read);
    this.#layers = read;
  }

  /**
   * Adds a layer, or combines it with the one of the same label, which keeps its place.
   *
   * @throws {PebblePlanError} and the plan stays as it was.
   */
  add(label: string, text: string, options: { combine: boolean; inner: boolean }): void {
    const layer = this.#parse(label, text);
    const index = this.#layers.findIndex((other) => other.label === label);
    const layers = [...this.#layers];
    const existing = layers[index];
    if (existing === undefined) {
      layers.splice(this.#placeOf(label, options.inner), 0, layer);
    } else if (options.combine) {
      layers[index] = { ...existing, sections: stackLayers([existing, layer]) };
    } else {
      throw new PebblePlanError(`layer ${goQuote(label)} already exists`);
    }
    const plan = combineStack(layers);
    if (!isSameSection(plan.workloads, this.#plan.workloads)) {
      throw new PebblePlanError('cannot change immutable section "workloads"');
    }
    this.#plan = plan;
    this.#layers = layers;
  }

  #read(label: string, text: string): LabelledLayer {
    return this.#take(parseLayerText(label, text, { keepUnknown: false }));
  }

  #take(layer: LabelledLayer | InitialLayer): LabelledLayer {
    if ('text' in layer) return this.#read(layer.label, layer.text);
    const { label, sections } = layer;
    checkOwners({ label, sections }, this.#accounts);
    return { label, sections };
  }

  #parse(label: string, text: string): LabelledLayer {
    try {
      return this.#read(label, text);
    } catch (error) {
      if (error instanceof PebblePlanError) {
        const { reason, layer, path } = error;
        throw new PebblePlanError(
          `cannot parse layer YAML: ${reason}`,
          { layer, path },
          { cause: error },
        );
      }
      throw error;
    }
  }

  /**
   * Layers `a` and `a/…` stand together, and a new one goes above its last neighbour.
   *
   * @throws {InnerLayerError} when that is beneath another one although it was not allowed.
   */
  #placeOf(label: string, inner: boolean): number {
    const [folder] = label.split('/');
    const last = this.#layers.findLastIndex((other) => other.label.split('/')[0] === folder);
    const place = last === -1 ? this.#layers.length : last + 1;
    if (place < this.#layers.length && !inner) {
      throw new InnerLayerError("cannot insert sub-directory layer without 'inner' attribute set");
    }
    return place;
  }
}

/** A layer that would go beneath another one although the request does not allow it. */
export class InnerLayerError extends PebblePlanError {}
