import type { SimulatedUnit } from '../simulator/simulated-unit.ts';
import type { UnitStorage } from '../simulator/storage-report.ts';
import type { Pod } from './pod/pod.ts';
import type { StorageFolders } from './pod-volumes.ts';

/** Brings a unit's storage into its pod, and tells the unit where it is for the charm. */
export class StorageMounts {
  readonly #unit: SimulatedUnit;
  readonly #folders: StorageFolders;
  /** By instance, with the location that Juju gave it. */
  readonly #located = new Map<string, UnitStorage>();
  /** Instances that the pod that runs has, with where they are in it. */
  readonly #told = new Set<string>();
  #pod: Pick<Pod, 'charmPath'> | undefined;

  constructor(unit: SimulatedUnit, folders: StorageFolders) {
    this.#unit = unit;
    this.#folders = folders;
    this.#note();
  }

  /** What the unit has, at Juju's locations. */
  get located(): readonly UnitStorage[] {
    const held = new Set(this.#unit.storage.map(({ id }) => id));
    return [...this.#located.values()].filter(({ id }) => held.has(id));
  }

  /** Another pod has it from now on. */
  async moveTo(pod: Pick<Pod, 'charmPath'>): Promise<void> {
    this.#pod = pod;
    this.#told.clear();
    for (const each of this.located) this.#tell(each);
    await this.mount();
  }

  /** Brings in what the unit has got since. */
  async mount(): Promise<void> {
    for (const each of this.#note()) {
      await this.#folders.provide(each);
      this.#tell(each);
    }
  }

  /** @returns instances whose location is Juju's still */
  #note(): UnitStorage[] {
    const fresh = this.#unit.storage.filter(
      ({ id, location }) => !this.#told.has(`${id} ${location}`),
    );
    for (const each of fresh) this.#located.set(each.id, each);
    return fresh;
  }

  #tell({ id, kind, location }: UnitStorage): void {
    const place = kind === 'filesystem' ? this.#pod?.charmPath(location) : location;
    if (place === undefined) return;
    this.#told.add(`${id} ${place}`);
    this.#unit.storageMounted(id, place);
  }
}
