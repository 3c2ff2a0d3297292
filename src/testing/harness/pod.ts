import type { Charm, CharmClass } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import { bindingsOf } from '../../simulator/charm-definition.ts';
import type { BoundNetwork } from '../../simulator/state/bound-network.ts';
import { HarnessStateError, NotDeclaredError } from '../errors.ts';
import type { ExecHandler, ExecResult } from '../exec-handlers.ts';
import type { ContainerName } from '../names.ts';
import type { PretendContainer } from '../pretend-container.ts';
import type { BindingName } from '../state/state.ts';
import { StorageHarness } from './storage.ts';

/** A network of the unit, besides its address. */
export interface NetworkOptions<M extends CharmMeta> extends Omit<BoundNetwork, 'address'> {
  /** The binding that has it. Default: all that have none of their own. */
  readonly endpoint?: BindingName<M>;
}

/** The pod of the unit under test: containers, commands in them, and its networks. */
export abstract class PodHarness<M extends CharmMeta, C extends Charm<M>> extends StorageHarness<
  M,
  C
> {
  /**
   * A container: its files, plan, services and processes, and ways to disturb them.
   *
   * @throws {HarnessStateError} when it is one of the option `pebbles`
   */
  container(name: ContainerName<M>): PretendContainer {
    return this.charmed.container(name);
  }

  /** Says whether the charm can connect to a container. No hook follows from it. */
  setCanConnect(container: ContainerName<M>, canConnect: boolean): void {
    this.charmed.place(container).setReachable(canConnect);
  }

  /** Has a container's Pebble answer, and Juju tell the charm of it. */
  async containerPebbleReady(container: ContainerName<M>): Promise<void> {
    const { bootId } = this.charmed.bootContainer(container);
    if (this.hears && this.#alreadyTold(container)) {
      await this.runLoudly({ kind: 'pebble-ready', container, bootId });
    }
    await this.settle();
  }

  /**
   * Has the workload give a notice, as `pebble notify` does, and Juju tell the charm of it.
   *
   * @param key such as `example.com/backup/done`
   * @returns the notice's id
   */
  async pebbleNotify(
    container: ContainerName<M>,
    key: string,
    data: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const id = await this.charmed.container(container).pebble.notify(key, { data });
    await this.settle();
    return id;
  }

  /** Has a check of the plan go down, and Juju tell the charm of it. It fails until it recovers. */
  async failCheck(container: ContainerName<M>, check: string): Promise<void> {
    await this.charmed.container(container).failCheck(check);
    await this.settle();
  }

  /** Has a check that {@link failCheck} brought down come up again, and Juju tell the charm. */
  async recoverCheck(container: ContainerName<M>, check: string): Promise<void> {
    await this.charmed.container(container).recoverCheck(check);
    await this.settle();
  }

  /**
   * Says what a command does that the charm executes in a container. Of several handlers the one
   * with the longest prefix has it; an empty prefix fits every command. They stand above the
   * container's programs.
   *
   * @param prefix the program and its first arguments
   * @param handler text is what it prints, a number its exit code
   */
  handleExec(
    container: ContainerName<M>,
    prefix: readonly string[],
    handler: ExecHandler | ExecResult | string | number,
  ): void {
    this.charmed.container(container).handleExec(prefix, handler);
  }

  /** Restarts a container: its plan, processes and files go, and pebble-ready comes. */
  async restartContainer(name: ContainerName<M>): Promise<void> {
    const container = this.charmed.container(name);
    await container.restart();
    this.charmed.bootContainer(name);
    await this.settle();
  }

  /**
   * Replaces the unit's pod: stop; then, with empty containers and an empty charm directory,
   * upgrade-charm, config-changed, start and pebble-ready. Local state is lost with the pod, deferred
   * events among it.
   *
   * @throws {HarnessStateError} when a container is one of the option `pebbles`
   */
  async podChurn(): Promise<void> {
    await this.#replacePod();
  }

  /**
   * Refreshes the application to another revision of its charm. As Juju does on Kubernetes, the old
   * revision hears the stop, and the new one all that follows in a new pod, as {@link podChurn} says.
   * Its files must declare the same as before.
   */
  async upgradeCharm(charmClass: CharmClass<M, C>): Promise<void> {
    await this.#replacePod(() => {
      this.charmed.useCharm(charmClass);
    });
  }

  /**
   * Gives the unit an address, for all its bindings or for one. Where it is another one than before,
   * its databags have it, and config-changed comes.
   *
   * @throws {NotDeclaredError} when the charm has no such binding
   */
  async addNetwork(address: string, options: NetworkOptions<M> = {}): Promise<void> {
    const { endpoint, ...network } = options;
    const bindings = bindingsOf(this.meta);
    if (endpoint !== undefined && !bindings.includes(endpoint)) {
      throw new NotDeclaredError('binding', endpoint, bindings);
    }
    if (address === '') {
      throw new HarnessStateError(
        'cannot add a network: its address is empty. Give one such as 10.2.0.1.',
      );
    }
    this.unit.bind({ address, ...network }, endpoint);
    await this.settle();
  }

  async #replacePod(meanwhile: () => void = () => undefined): Promise<void> {
    this.charmed.requireReplaceable();
    this.unit.podStopping();
    await this.settle();
    meanwhile();
    await this.charmed.replacePod();
    await this.settle();
    this.charmed.bootContainers();
    await this.settle();
  }

  #alreadyTold(container: string): boolean {
    const next = this.unit.nextHook();
    return !(next?.kind === 'pebble-ready' && next.container === container);
  }
}
