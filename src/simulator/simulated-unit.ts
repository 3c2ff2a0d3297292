import { HookRun, type HookRunOptions } from './hook-run.ts';
import type { Hook } from './hook.ts';
import type { PebbleCore } from './pebble/core.ts';
import { nextHook } from './resolver/next-hook.ts';
import { agentRestarted, podReplaced, podStopping } from './resolver/pod-life.ts';
import { settleHook } from './resolver/settle-hook.ts';
import { hearNotice } from './resolver/workload-hooks.ts';
import { actionParams } from './rules/action-params.ts';
import { isLeader } from './rules/leadership.ts';
import { bindNetwork } from './rules/networks.ts';
import type { BoundNetwork } from './state/bound-network.ts';
import { refreshNetworkKeys } from './rules/scope.ts';
import { sortedPorts } from './rules/ports.ts';
import type { ApplicationState, ModelState } from './state/model-state.ts';
import type { FailedHook, PayloadState, UnitState } from './state/unit-state.ts';
import type { AgentStatus, SettableStatus, Status } from './status.ts';
import { storageOf, type UnitStorage } from './storage-report.ts';
import { Transaction } from './transaction.ts';
import { addStorageTo, attachStorageTo, detachStorageFrom } from './unit-storage.ts';
import { setAgentStatus, setUnitStatus } from './unit-status.ts';
import type { WorkloadNotice } from './workload-news.ts';

/** One unit of the simulated model, from its agent's side. */
export class SimulatedUnit {
  readonly #model: ModelState;
  readonly #application: ApplicationState;
  readonly #state: UnitState;

  /** @internal Use `application.addUnit()`. */
  constructor(model: ModelState, application: ApplicationState, state: UnitState) {
    this.#model = model;
    this.#application = application;
    this.#state = state;
  }

  /** `<application>/<number>` */
  get name(): string {
    return this.#state.name;
  }

  get application(): string {
    return this.#state.app;
  }

  get number(): number {
    return this.#state.number;
  }

  get life(): 'alive' | 'dying' | 'dead' {
    return this.#state.life;
  }

  get isLeader(): boolean {
    return isLeader(this.#model, this.#state);
  }

  /** Whether its install hook has run. */
  get installed(): boolean {
    return this.#state.installed;
  }

  /** Whether its start hook has run (and no stop since). */
  get started(): boolean {
    return this.#state.started;
  }

  /** The hook that failed last, with its attempts; undefined when the unit is not in error. */
  get failed(): FailedHook | undefined {
    return this.#state.failed;
  }

  /** What `juju status` shows: the charm's status, or error while a hook has failed. */
  get status(): Status {
    const { failed, agentStatus, status } = this.#state;
    if (failed === undefined) return status;
    return { status: 'error', message: agentStatus.message, since: agentStatus.since };
  }

  get agentStatus(): AgentStatus {
    return this.#state.agentStatus;
  }

  get address(): string | undefined {
    return this.#state.address;
  }

  /** Open ports as Juju prints them, such as `6432/tcp`. */
  get ports(): string[] {
    return sortedPorts(this.#state.ports.keys());
  }

  /** What the charm has registered with payload-register. */
  get payloads(): readonly PayloadState[] {
    return [...this.#state.payloads.values()];
  }

  /** What the charm keeps with state-set. */
  get storedState(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#state.storedState);
  }

  /** The storage that the unit has, whether its charm has heard of it or not. */
  get storage(): UnitStorage[] {
    return storageOf(this.#state);
  }

  /** When the next update-status is due; undefined before start. */
  get updateStatusAt(): Date | undefined {
    return this.#state.updateStatusAt;
  }

  /** The one hook that Juju would run now, or undefined when there is nothing to tell. */
  nextHook(): Hook | undefined {
    return nextHook(this.#model, this.#state);
  }

  /** Starts a run of a hook, usually the one of {@link nextHook}. */
  begin(hook: Hook, options?: HookRunOptions): HookRun {
    return new HookRun(this.#model, this.#application, this.#state, hook, options);
  }

  /**
   * Starts a run of an action, as `juju run` does; also while a hook has failed. End it with
   * {@link HookRun.endAction}.
   *
   * @throws {NotInModelError} when the charm has no such action
   * @throws {ModelChangeError} when the parameters are not as the action has them
   */
  beginAction(
    name: string,
    params: Readonly<Record<string, unknown>> = {},
    options?: HookRunOptions,
  ): HookRun {
    const checked = actionParams(this.#model, this.#application, name, params);
    this.#model.actionIds += 1;
    const actionId = String(this.#model.actionIds);
    return this.begin({ kind: 'action', action: name, actionId, params: checked }, options);
  }

  /** `juju resolved --no-retry`: takes the failed hook for done. */
  skipFailedHook(): void {
    const { failed } = this.#state;
    if (failed === undefined) return;
    this.#state.failed = undefined;
    settleHook(
      new Transaction(this.#model, this.#application, this.#state, failed.hook),
      this.#application.configVersion,
    );
    setAgentStatus(this.#model, this.#state, 'idle', '');
  }

  /**
   * `juju add-storage`: gives the unit more instances of a storage.
   *
   * @returns their ids
   * @throws {ModelChangeError} when the charm does not allow a unit that many
   */
  addStorage(name: string, count = 1): string[] {
    return addStorageTo(this.#model, this.#application, this.#state, name, count);
  }

  /**
   * `juju attach-storage`: gives the unit an instance that no unit has.
   *
   * @throws {NotInModelError} when there is no such instance
   * @throws {ModelChangeError} when another unit has it, or the charm allows no more
   */
  attachStorage(id: string): void {
    attachStorageTo(this.#model, this.#application, this.#state, id);
  }

  /**
   * `juju detach-storage`: takes an instance from the unit, after storage-detaching.
   *
   * @throws {NotInModelError} when the unit has no such instance
   * @throws {ModelChangeError} when the charm needs it
   */
  detachStorage(id: string): void {
    detachStorageFrom(this.#model, this.#application, this.#state, id);
  }

  /** The pod says where an instance is for the charm, if not where Juju has it. */
  storageMounted(id: string, location: string): void {
    const held = this.#state.storage.find(({ instance }) => instance.id === id);
    if (held !== undefined) held.location = location;
  }

  /** The pod says that a container's Pebble answers, with the id of its boot. */
  containerBooted(container: string, bootId: string): void {
    // Another boot's Pebble has none of the notices of the one before.
    const before = this.#state.boots.get(container) ?? this.#state.handledBoots.get(container);
    if (before !== undefined && before !== bootId) this.#state.workloadNews.delete(container);
    this.#state.boots.set(container, bootId);
  }

  /** The pod says that a container's Pebble no longer answers. */
  containerStopped(container: string): void {
    this.#state.boots.delete(container);
  }

  /**
   * A container's Pebble has a notice that is new or repeats: a custom one brings its hook (from
   * Juju 3.4 on), and an update of a check's change that it failed or recovered (3.6).
   */
  pebbleNotice(container: string, notice: WorkloadNotice): void {
    hearNotice(this.#model, this.#state, container, notice);
  }

  /** Passes on what a simulated Pebble says. @returns a function that ends that */
  watchPebble(container: string, core: Pick<PebbleCore, 'listen'>): () => void {
    return core.listen((event) => {
      if (event.kind === 'notice') this.pebbleNotice(container, event);
    });
  }

  /** Gives the pod its address; a change of it is told to relations and to the charm. */
  setAddress(address: string): void {
    if (this.#state.address !== address) this.bind({ address });
  }

  /**
   * Gives the unit a network, for all its bindings or for one; a change of it is told to relations
   * and to the charm.
   *
   * @param binding an endpoint, an extra binding or `juju-info`
   */
  bind(network: BoundNetwork, binding?: string): void {
    const first = this.#state.address === undefined;
    bindNetwork(this.#state, network, binding);
    refreshNetworkKeys(this.#model, this.#state);
    if (!first) this.#state.configSeen = undefined;
  }

  /** How often the charm has had its machine boot anew. */
  get reboots(): number {
    return this.#state.reboots;
  }

  /** Makes update-status due now. */
  requestUpdateStatus(): void {
    this.#state.updateStatusAt = this.#model.clock.now();
  }

  /**
   * The agent (or its container) restarted in the same pod: start again, pebble-ready, and once more
   * each notice that Pebble still keeps. On a machine that still runs nothing comes of it.
   */
  agentRestarted(): void {
    agentRestarted(this.#model, this.#state);
  }

  /**
   * The pod is about to go, with time left for a stop hook. After it there is no agent that could run
   * a hook, until {@link podReplaced}.
   */
  podStopping(): void {
    podStopping(this.#state);
  }

  /** Whether the pod has gone, and the next one has not come. */
  get awaitsPod(): boolean {
    return this.#state.pod === 'gone';
  }

  /**
   * A new pod took the old one's place: upgrade-charm, config-changed and start are due, then
   * pebble-ready for each container as it boots.
   */
  podReplaced(): void {
    podReplaced(this.#model, this.#state);
  }

  /** Sets the workload status of a unit that a script plays. */
  setStatus(status: SettableStatus, message = ''): void {
    setUnitStatus(this.#model, this.#state, status, message);
  }
}
