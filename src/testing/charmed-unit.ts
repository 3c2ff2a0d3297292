import type { Charm, CharmClass } from '../charm/charm.ts';
import type { CharmMeta } from '../charm/metadata.ts';
import { dispatch } from '../dispatch/dispatch.ts';
import type { PebbleClock } from '../simulator/pebble/clock.ts';
import type { SimulatedJuju } from '../simulator/simulated-juju.ts';
import type { SimulatedUnit } from '../simulator/simulated-unit.ts';
import { CharmRunner } from './charm-runner.ts';
import { NotDeclaredError } from './errors.ts';
import { HostileHookTools } from './hostile/hostile-hook-tools.ts';
import { hostileTransport } from './hostile/hostile-transport.ts';
import { HookToolFaults } from './hook-tool-calls.ts';
import { MemoryStore } from './memory-store.ts';
import { mountPoints } from './mount-points.ts';
import { PretendContainer, type ContainerImage } from './pretend-container.ts';
import { RealContainer } from './real-container.ts';

/** What a unit's pod is made of. */
export interface PodOptions<C> {
  /** What containers hold from the start. */
  readonly images: Readonly<Record<string, ContainerImage | undefined>>;
  /** Unix sockets of the Pebbles that run, for containers that are not pretended. */
  readonly sockets?: Readonly<Record<string, string | undefined>>;
  /** Whether deferred events and stored state go with the pod. */
  readonly stateIsLocal: boolean;
  /** Whether hook tools and Pebbles are as inconvenient as they may be. */
  readonly hostile: boolean;
  /** Shown each dispatch's new charm before it gets any event. */
  readonly onCharm?: ((charm: C) => void) | undefined;
}

/** A unit of the simulated Juju with its pod: containers, stored state, and the charm that runs. */
export class CharmedUnit<M extends CharmMeta, C extends Charm<M>> {
  readonly unit: SimulatedUnit;
  /** Those that are pretended. */
  readonly containers: ReadonlyMap<string, PretendContainer>;
  readonly #real: ReadonlyMap<string, RealContainer>;
  readonly runner: CharmRunner;
  readonly hookToolFaults: HookToolFaults = new HookToolFaults();
  readonly #store = new MemoryStore();
  readonly #stateIsLocal: boolean;
  #charmClass: CharmClass<M, C>;

  constructor(
    charmClass: CharmClass<M, C>,
    juju: SimulatedJuju,
    unit: SimulatedUnit,
    clock: PebbleClock,
    { images, sockets = {}, stateIsLocal, hostile, onCharm }: PodOptions<C>,
  ) {
    this.unit = unit;
    this.#charmClass = charmClass;
    this.#stateIsLocal = stateIsLocal;
    const names = Object.keys(charmClass.meta.containers);
    this.#real = new Map(
      Object.entries(sockets).map(([name, socket]) => {
        if (socket === undefined || !names.includes(name)) {
          throw new NotDeclaredError('container', name, names);
        }
        const real = new RealContainer(name, socket);
        if (images[name] !== undefined) throw real.refusal(`give ${name} an image`);
        return [name, real];
      }),
    );
    const pretended = names.filter((name) => !this.#real.has(name));
    this.containers = new Map(
      pretended.map((name) => [
        name,
        new PretendContainer(
          name,
          images[name] ?? {},
          clock,
          (container, core) => {
            unit.watchPebble(container, core);
          },
          () => mountPoints(charmClass.meta, name, instancesOf(unit)),
        ),
      ]),
    );
    this.runner = new CharmRunner(
      juju,
      unit,
      this.hookToolFaults,
      ({ env, hookTools }) =>
        dispatch({
          charmClass: this.#charmClass,
          env,
          hookTools: hostile ? new HostileHookTools(hookTools) : hookTools,
          store: this.#store,
          pebble: (name) => {
            const transport = this.place(name).transport();
            return hostile ? hostileTransport(transport) : transport;
          },
          clock,
          ...(onCharm && { onCharm }),
        }),
      () => {
        if (!stateIsLocal) this.#store.revert();
      },
    );
  }

  /**
   * A container that is pretended.
   *
   * @throws {NotDeclaredError} when there is none of that name
   * @throws {HarnessStateError} when its Pebble is a real one
   */
  container(name: string): PretendContainer {
    const container = this.place(name);
    if (container instanceof RealContainer) throw container.refusal(`pretend anything in ${name}`);
    return container;
  }

  /**
   * A container, whatever is behind it.
   *
   * @throws {NotDeclaredError}
   */
  place(name: string): PretendContainer | RealContainer {
    const container = this.containers.get(name) ?? this.#real.get(name);
    if (container !== undefined) return container;
    throw new NotDeclaredError('container', name, [
      ...this.containers.keys(),
      ...this.#real.keys(),
    ]);
  }

  /** Has a container's Pebble answer, and the agent know of it. */
  bootContainer(name: string): PretendContainer | RealContainer {
    const container = this.place(name);
    container.setReachable(true);
    this.unit.containerBooted(name, container.bootId);
    return container;
  }

  bootContainers(): void {
    for (const name of [...this.containers.keys(), ...this.#real.keys()]) this.bootContainer(name);
  }

  /** From the next hook on another revision of the charm runs. */
  useCharm(charmClass: CharmClass<M, C>): void {
    this.#charmClass = charmClass;
  }

  /** @throws {HarnessStateError} when a container is real, and would survive its pod */
  requireReplaceable(): void {
    const [real] = this.#real.values();
    if (real !== undefined) throw real.refusal('replace the pod');
  }

  /** Has a new pod take the old one's place. Its containers do not answer yet. */
  async replacePod(): Promise<void> {
    if (this.#stateIsLocal) this.#store.clear();
    for (const container of this.containers.values()) {
      container.setReachable(false);
      await container.restart();
    }
    this.unit.podReplaced();
  }

  /** Ends what runs in the containers. */
  async close(): Promise<void> {
    for (const container of this.containers.values()) await container.close();
  }
}

function instancesOf({ storage }: SimulatedUnit): { name: string; index: number }[] {
  return storage.map(({ id, name }) => ({ name, index: Number(id.slice(name.length + 1)) }));
}
