import type { CharmMeta } from '../../charm/metadata.ts';
import type { MessageTransport } from '../../pebble/message-transport.ts';
import type { ManualClock } from '../../simulator/pebble/manual-clock.ts';
import { NotDeclaredError } from '../errors.ts';
import { mountPoints } from '../mount-points.ts';
import type { PebbleFault } from '../pebble-faults.ts';
import type { State } from '../state/state.ts';
import type { ContainerActivity } from './container-activity.ts';
import { ContainerScene } from './container-scene.ts';

/** All containers of a unit during one run. */
export class PodScene {
  readonly #before: State['containers'];
  readonly #containers: ReadonlyMap<string, ContainerScene>;

  constructor(meta: CharmMeta, { containers, storages }: State, clock: ManualClock) {
    this.#before = containers;
    this.#containers = new Map(
      Object.entries(containers).map(([name, container]) => [
        name,
        new ContainerScene(name, container, clock, mountPoints(meta, name, storages)),
      ]),
    );
  }

  /** @throws {NotDeclaredError} */
  arm(faults: Readonly<Record<string, PebbleFault | undefined>>): void {
    for (const [name, fault] of Object.entries(faults)) {
      const { faults: armed } = this.#container(name);
      if (fault !== undefined) armed.add(fault);
    }
  }

  /**
   * Where the charm's requests to a container go.
   *
   * @throws {NotDeclaredError}
   */
  transport(name: string): MessageTransport {
    return this.#container(name).transport();
  }

  /**
   * Ends the run in all containers, and tells what it made of them.
   *
   * @throws {UnknownCommandError} when the state could not tell what a command does
   */
  async end(): Promise<{
    readonly containers: State['containers'];
    readonly workload: Readonly<Record<string, ContainerActivity>>;
  }> {
    const after: Record<string, State['containers'][string]> = {};
    const workload: Record<string, ContainerActivity> = {};
    for (const [name, container] of this.#containers) {
      after[name] = await container.after();
      workload[name] = await container.activity();
      await container.close();
      const unknown = await container.unknownCommand();
      if (unknown !== undefined) throw unknown;
    }
    const changed = Object.entries(after).some(([name, now]) => now !== this.#before[name]);
    return { containers: changed ? after : this.#before, workload };
  }

  #container(name: string): ContainerScene {
    const container = this.#containers.get(name);
    if (container !== undefined) return container;
    throw new NotDeclaredError('container', name, [...this.#containers.keys()]);
  }
}
