import type { SimulatedUnit } from '../../simulator/simulated-unit.ts';
import type { AgentPod } from './agent-folders.ts';
import { pebbleBootId } from './pebble-boot.ts';
import { PebbleNotices } from './pebble-notices.ts';

/** Looks after the Pebbles of a unit's containers, and tells the unit what they say. */
export class PebbleWatch {
  readonly #unit: SimulatedUnit;
  readonly #containers: readonly string[];
  readonly #read = new Map<string, { readonly bootId: string; readonly notices: PebbleNotices }>();

  constructor(unit: SimulatedUnit, containers: readonly string[]) {
    this.#unit = unit;
    this.#containers = containers;
  }

  /** Asks every container's Pebble for its boot, and for notices that it has not told yet. */
  async look(pod: Pick<AgentPod, 'hostPath'>): Promise<void> {
    for (const container of this.#containers) {
      const socket = pod.hostPath('charm', `/charm/containers/${container}/pebble.socket`);
      const bootId = await pebbleBootId(socket);
      if (bootId === undefined) {
        this.#unit.containerStopped(container);
        continue;
      }
      this.#unit.containerBooted(container, bootId);
      for (const notice of await this.#noticesOf(container, bootId, socket).news()) {
        this.#unit.pebbleNotice(container, notice);
      }
    }
  }

  /** Another boot's Pebble has notices of its own, which are read from the first. */
  #noticesOf(container: string, bootId: string, socket: string): PebbleNotices {
    const known = this.#read.get(container);
    if (known?.bootId === bootId) return known.notices;
    const notices = new PebbleNotices(socket);
    this.#read.set(container, { bootId, notices });
    return notices;
  }
}
