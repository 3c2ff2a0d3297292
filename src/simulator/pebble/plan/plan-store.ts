import { combineLayers, stackLayers } from './combine.ts';
import { parseLayer } from './parse-layer.ts';
import { PlanError } from './plan-error.ts';
import type { Layer, Sections } from './shape.ts';

/** The daemon's layers and the plan that they make. */
export class PlanStore {
  #layers: readonly Layer[] = [];
  #plan: Sections = combineLayers([]);

  get plan(): Sections {
    return this.#plan;
  }

  /** In the order in which they lie over one another. */
  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /**
   * Takes the layers that the daemon starts with.
   *
   * @throws {PlanError}
   */
  load(layers: readonly { order: number; label: string; text: string }[]): void {
    const read = layers
      .map(({ order, label, text }) => parseLayer(order, label, text))
      .sort((a, b) => a.order - b.order);
    this.#plan = combineLayers(read);
    this.#layers = read;
  }

  /**
   * Adds a layer, or combines it with the one of the same label, which keeps its place.
   *
   * @throws {PlanError} and the plan stays as it was.
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
      throw new PlanError(`layer ${JSON.stringify(label)} already exists`);
    }
    this.#plan = combineLayers(layers);
    this.#layers = layers;
  }

  #parse(label: string, text: string): Layer {
    try {
      return parseLayer(0, label, text);
    } catch (error) {
      if (error instanceof PlanError && !error.message.startsWith('cannot change immutable')) {
        throw new PlanError(`cannot parse layer YAML: ${error.message}`, { cause: error });
      }
      throw error;
    }
  }

  /** Labels `a/…` stand together; a new one goes above its last neighbour. */
  #placeOf(label: string, inner: boolean): number {
    const folder = /^[^/]+\//.exec(label)?.[0];
    const last =
      folder === undefined
        ? -1
        : this.#layers.findLastIndex((other) => other.label.startsWith(folder));
    const place = last === -1 ? this.#layers.length : last + 1;
    if (place < this.#layers.length && !inner) {
      throw new InnerLayerError("cannot insert sub-directory layer without 'inner' attribute set");
    }
    return place;
  }
}

/** A layer that would go beneath another one although the request does not allow it. */
export class InnerLayerError extends PlanError {}
