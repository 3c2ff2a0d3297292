import type { Charm, CharmClass } from '../charm/charm.ts';
import type { CharmMeta } from '../charm/metadata.ts';
import type { DeferredEntry } from '../framework/deferral-queue.ts';
import type { OptionValue } from '../simulator/charm-definition.ts';
import { hookName, type Hook } from '../simulator/hook.ts';
import { manualClock, type ManualClock } from '../simulator/pebble/manual-clock.ts';
import type { SimulatedApplication } from '../simulator/simulated-application.ts';
import { SimulatedJuju, type ModelIdentity } from '../simulator/simulated-juju.ts';
import type { SimulatedUnit } from '../simulator/simulated-unit.ts';
import type { Status } from '../simulator/status.ts';
import { CharmedUnit } from './charmed-unit.ts';
import { HarnessStateError, NotDeclaredError, UnexpectedSuccessError } from './errors.ts';
import { eventHook, relationFor, type EventDetails } from './event-hook.ts';
import type { HookToolFault } from './hook-tool-calls.ts';
import type { ActionName, ConfigChanges, ContainerName, EndpointName, EventName } from './names.ts';
import type { ContainerImage, PretendContainer } from './pretend-container.ts';
import { newRelation, newRemoteUnit } from './relation-changes.ts';
import type { BagChanges, RelationSetup } from './relation-setup.ts';
import {
  failedReemissions,
  type ActionResult,
  type LogLine,
  type RunResult,
} from './run-result.ts';
import { throwFailure } from './throw-failure.ts';

/** How the unit under test and its surroundings are. */
export interface HarnessOptions<M extends CharmMeta, C extends Charm<M> = Charm<M>> {
  /** Default: the charm's name. */
  readonly app?: string;
  /** Whether the unit leads its application. Default false, as `setLeader` can change. */
  readonly leader?: boolean;
  readonly config?: ConfigChanges<M>;
  /** The pod's address. Default `10.1.0.1`. */
  readonly address?: string;
  /** What containers hold from the start. */
  readonly containers?: { readonly [K in ContainerName<M>]?: ContainerImage };
  /** Decides what Juju leaves to chance. Default 0. */
  readonly seed?: number;
  /** Default `3.6.9`. */
  readonly jujuVersion?: string;
  readonly model?: ModelIdentity;
  /**
   * Where deferred events and stored state are kept, as `main()` takes it. What is local goes with
   * the pod. Default `controller`, as on Kubernetes.
   */
  readonly state?: 'controller' | 'local';
  /** Shown each dispatch's new charm before it gets any event. */
  readonly onCharm?: (charm: C) => void;
}

/** When {@link Harness.beginWithInitialHooks} has the containers' Pebbles answer. */
export interface InitialHooksOptions {
  /** Default `after-start`. Juju allows each of these. */
  readonly pebbleReady?: 'after-install' | 'after-start' | 'never';
}

/**
 * A unit of a charm in this process: with Juju, Pebble and files in memory, and with a new charm
 * object for each event, as in production.
 *
 * Before {@link begin}, changes only prepare the scene. After it, each change runs the hooks that
 * Juju would run for it. What a handler throws is thrown on, so that no test overlooks it.
 *
 * @example
 * ```ts
 * const harness = new Harness(HelloCharm, { leader: true });
 * await harness.beginWithInitialHooks();
 * await harness.updateConfig({ port: 8080 });
 * expect(harness.status.unit).toMatchObject({ status: 'active' });
 * await harness.close();
 * ```
 */
export class Harness<M extends CharmMeta, C extends Charm<M> = Charm<M>> {
  /** Juju's, the deferral queue's and Pebble's time; it moves in {@link advance} only. */
  readonly clock: ManualClock = manualClock();
  /** The model around the unit, for what this class has no method for. */
  readonly juju: SimulatedJuju;
  readonly #charm: M;
  readonly #app: SimulatedApplication;
  readonly #unit: SimulatedUnit;
  readonly #charmed: CharmedUnit<M, C>;
  #phase: 'preparing' | 'running' | 'silent' = 'preparing';

  constructor(charmClass: CharmClass<M, C>, options: HarnessOptions<M, C> = {}) {
    const { clock } = this;
    const { meta } = charmClass;
    this.#charm = meta;
    this.juju = new SimulatedJuju({
      clock,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.jujuVersion === undefined ? {} : { version: options.jujuVersion }),
      ...(options.model === undefined ? {} : { model: options.model }),
    });
    const app = options.app ?? meta.name;
    this.#app = this.juju.addApplication(app, meta, { election: 'manual' });
    this.#app.setConfig(this.#declaredConfig(options.config ?? {}));
    this.#unit = this.#app.addUnit({ address: options.address ?? '10.1.0.1' });
    if (options.leader === true) this.#app.setLeader(this.#unit.name);
    this.#charmed = new CharmedUnit(charmClass, this.juju, this.#unit, clock, {
      images: { ...options.containers },
      stateIsLocal: options.state === 'local',
      onCharm: options.onCharm,
    });
  }

  /** The application's name. */
  get appName(): string {
    return this.#app.name;
  }

  /** The unit's name. */
  get unitName(): string {
    return this.#unit.name;
  }

  /** What `juju status` shows of the unit, and what the leader set for the application. */
  get status(): { readonly unit: Status; readonly app: Status } {
    return { unit: this.#unit.status, app: this.#app.status };
  }

  /** The workload's version as the charm reported it. */
  get workloadVersion(): string | undefined {
    return this.#app.version;
  }

  /** Open ports, such as `6432/tcp`. */
  get openedPorts(): readonly string[] {
    return this.#unit.ports;
  }

  /** The deferral queue as the last dispatch left it, oldest first. */
  get deferred(): readonly DeferredEntry[] {
    return this.runs.at(-1)?.deferred ?? [];
  }

  /** Every dispatch so far, in order. */
  get runs(): readonly RunResult[] {
    return this.#charmed.runner.runs;
  }

  /** What the charm logged in all dispatches. */
  get logs(): readonly LogLine[] {
    return this.runs.flatMap((run) => run.logs);
  }

  /** The hook that failed, while the unit is in error. */
  get failedHook(): string | undefined {
    const { failed } = this.#unit;
    return failed && hookName(failed.hook);
  }

  /** Starts the unit as if all hooks until now had run without a charm to hear them. */
  begin(): void {
    this.#start('begin()');
    this.#passOver();
    this.#phase = 'running';
  }

  /**
   * Starts the unit with all its hooks: install, relation-created, leader-elected, config-changed,
   * start, pebble-ready of each container, and those of the relations.
   */
  async beginWithInitialHooks(options: InitialHooksOptions = {}): Promise<void> {
    this.#start('beginWithInitialHooks()');
    this.#phase = 'running';
    const { pebbleReady = 'after-start' } = options;
    const install = this.#unit.nextHook();
    if (install !== undefined) await this.#runLoudly(install);
    if (pebbleReady === 'after-install') this.#charmed.bootContainers();
    while (!this.#unit.started) await this.#runNext();
    if (pebbleReady === 'after-start') this.#charmed.bootContainers();
    await this.#settle();
  }

  /** Makes changes without running hooks for them, neither now nor later. */
  async hooksDisabled<T>(change: () => T | Promise<T>): Promise<T> {
    const phase = this.#phase;
    this.#phase = 'silent';
    try {
      const result = await change();
      if (phase === 'running') this.#passOver();
      return result;
    } finally {
      this.#phase = phase;
    }
  }

  /**
   * Sends one event to the charm, whether Juju would send it now or not. Deferred events are
   * re-emitted first, as in every dispatch.
   *
   * @throws whatever the charm's handler threw
   */
  async run(event: EventName<M>, details?: EventDetails): Promise<RunResult> {
    return await this.#runLoudly(this.#hookFor(event, details));
  }

  /**
   * Sends one event in whose dispatch a handler must throw. When it is the event's own handler,
   * `error` tells what it threw, and the unit is in error: run the event again, or call
   * {@link skipFailedHook}. When it is a deferred event's, its entry in `deferred` has `lastError`.
   *
   * @throws {UnexpectedSuccessError} when nothing failed
   */
  async runExpectingError(event: EventName<M>, details?: EventDetails): Promise<RunResult> {
    const result = await this.#charmed.runner.run(this.#hookFor(event, details));
    if (result.error === undefined && failedReemissions(result).length === 0) {
      throw new UnexpectedSuccessError(event);
    }
    return result;
  }

  /**
   * Runs an action, as `juju run` does. One that fails by its own word is a result, not an error.
   *
   * @throws whatever the charm's handler threw
   * @throws {ModelChangeError} when the parameters are not as the action has them
   */
  async runAction(
    action: ActionName<M>,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<ActionResult> {
    const result = await this.#charmed.runner.runAction(action, params);
    throwFailure(result.run);
    return result;
  }

  /**
   * Changes what is around the unit in ways that no other method has, such as secrets, and runs the
   * hooks that follow.
   *
   * @example
   * ```ts
   * await harness.updateModel((juju) => juju.secret(uri).setContent({ password: 'new' }));
   * ```
   */
  async updateModel<T>(change: (juju: SimulatedJuju) => T): Promise<T> {
    const result = change(this.juju);
    await this.#settle();
    return result;
  }

  /** Gives deferred events another chance by an update-status, the least that Juju ever sends. */
  async reemitDeferred(): Promise<RunResult> {
    return await this.#runLoudly({ kind: 'update-status' });
  }

  /** Takes the failed hook for done, as `juju resolved --no-retry` does. */
  skipFailedHook(): void {
    this.#unit.skipFailedHook();
  }

  /** Gives the unit the leadership, or takes it away. */
  async setLeader(leader: boolean): Promise<void> {
    this.#app.setLeader(leader ? this.unitName : undefined);
    await this.#settle();
  }

  /** Sets options; undefined puts one back to its default. */
  async updateConfig(changes: ConfigChanges<M>): Promise<void> {
    this.#app.setConfig(this.#declaredConfig(changes));
    await this.#settle();
  }

  /**
   * Relates an endpoint to another application. A peer relation is there from the start: adding it
   * only fills in its data.
   *
   * @returns the relation's id
   */
  async addRelation(
    endpoint: EndpointName<M>,
    remoteApp: string,
    setup: RelationSetup = {},
  ): Promise<number> {
    const relation = newRelation(this.juju, this.#app, endpoint, remoteApp);
    const { appData = {}, units = {} } = setup;
    relation.update(remoteApp, appData);
    for (const [name, data] of Object.entries(units))
      newRemoteUnit(this.juju, relation.id, name, data);
    await this.#settle();
    return relation.id;
  }

  /** The id of an endpoint's only relation, such as a peer relation. */
  relationId(endpoint: EndpointName<M>): number {
    return relationFor({ juju: this.juju, app: this.appName }, endpoint).id;
  }

  /** Adds a remote unit to a relation, or on a peer relation a unit of the charm's application. */
  async addRelationUnit(id: number, unit: string, data: BagChanges = {}): Promise<void> {
    newRemoteUnit(this.juju, id, unit, data);
    await this.#settle();
  }

  async removeRelationUnit(_id: number, unit: string): Promise<void> {
    this.juju.application(unit.split('/', 1)[0] ?? unit).removeUnit(unit);
    await this.#settle();
  }

  /** Changes the data of an application or a unit, as if it had done so itself. */
  async updateRelationData(id: number, owner: string, changes: BagChanges): Promise<void> {
    this.juju.relation(id).update(owner, changes);
    await this.#settle();
  }

  /** The committed data of an application or a unit. */
  getRelationData(id: number, owner: string): Readonly<Record<string, string>> {
    return this.juju.relation(id).data(owner);
  }

  async removeRelation(id: number): Promise<void> {
    this.juju.removeRelation(id);
    await this.#settle();
  }

  /** A container: its files, plan, services and processes, and ways to disturb them. */
  container(name: ContainerName<M>): PretendContainer {
    return this.#charmed.container(name);
  }

  /** Says whether the charm can connect to a container. No hook follows from it. */
  setCanConnect(container: ContainerName<M>, canConnect: boolean): void {
    this.#charmed.container(container).setReachable(canConnect);
  }

  /** Has a container's Pebble answer, and Juju tell the charm of it. */
  async containerPebbleReady(container: ContainerName<M>): Promise<void> {
    const { bootId } = this.#charmed.bootContainer(container);
    if (this.#phase === 'running' && this.#alreadyTold(container)) {
      await this.#runLoudly({ kind: 'pebble-ready', container, bootId });
    }
    await this.#settle();
  }

  /**
   * Has the workload give a notice, as `pebble notify` does, and Juju tell the charm of it.
   *
   * @param key such as `example.com/backup/done`
   */
  async pebbleNotify(
    container: ContainerName<M>,
    key: string,
    data: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.#charmed.container(container).pebble.notify(key, { data });
    await this.#settle();
  }

  /** Restarts a container: its plan, processes and files go, and pebble-ready comes. */
  async restartContainer(name: ContainerName<M>): Promise<void> {
    const container = this.#charmed.container(name);
    await container.restart();
    this.#charmed.bootContainer(name);
    await this.#settle();
  }

  /**
   * Replaces the unit's pod: stop; then, with empty containers and an empty charm directory,
   * upgrade-charm, config-changed, start and pebble-ready. Local state is lost with the pod, deferred
   * events among it.
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
      this.#charmed.useCharm(charmClass);
    });
  }

  /** Has a hook tool fail. @returns a function that takes the fault back */
  failHookTool(tool: string, fault: HookToolFault = {}): () => void {
    return this.#charmed.hookToolFaults.add(tool, fault);
  }

  /** Moves the time on; timers in the containers run, and an update-status that came due. */
  async advance(milliseconds: number): Promise<void> {
    await this.clock.advance(milliseconds);
    await this.#settle();
  }

  /** Ends what runs in the containers. */
  async close(): Promise<void> {
    await this.#charmed.close();
  }

  async #replacePod(meanwhile: () => void = () => undefined): Promise<void> {
    this.#unit.podStopping();
    await this.#settle();
    meanwhile();
    await this.#charmed.replacePod();
    await this.#settle();
    this.#charmed.bootContainers();
    await this.#settle();
  }

  #start(call: string): void {
    if (this.#phase === 'preparing') return;
    throw new HarnessStateError(
      `cannot ${call}: the unit has begun already. Make a new harness for another unit.`,
    );
  }

  #hookFor(event: string, details: EventDetails | undefined): Hook {
    const setting = {
      charm: this.#charm,
      juju: this.juju,
      app: this.appName,
      unit: this.unitName,
      bootId: (container: string) => this.#charmed.container(container).bootId,
    };
    const hook = eventHook(setting, event, details);
    if (this.#phase !== 'preparing') return hook;
    throw new HarnessStateError(
      `cannot run ${event}: the unit has not begun. Call begin() or beginWithInitialHooks() first.`,
    );
  }

  async #runLoudly(hook: Hook): Promise<RunResult> {
    const result = await this.#charmed.runner.run(hook);
    throwFailure(result);
    return result;
  }

  /** Runs what Juju would run now, until there is nothing more. A unit in error waits. */
  async #settle(): Promise<void> {
    if (this.#phase !== 'running') return;
    while (this.#unit.failed === undefined && this.#unit.nextHook() !== undefined) {
      await this.#runNext();
    }
  }

  async #runNext(): Promise<void> {
    const hook = this.#unit.nextHook();
    if (hook !== undefined) await this.#runLoudly(hook);
  }

  /** Lets all hooks that are due pass without the charm. */
  #passOver(): void {
    if (this.#unit.failed !== undefined) return;
    for (let hook = this.#unit.nextHook(); hook !== undefined; hook = this.#unit.nextHook()) {
      this.#unit.begin(hook).commit();
    }
  }

  #alreadyTold(container: string): boolean {
    const next = this.#unit.nextHook();
    return !(next?.kind === 'pebble-ready' && next.container === container);
  }

  #declaredConfig(changes: ConfigChanges<M>): Record<string, OptionValue | undefined> {
    const values: Record<string, OptionValue | undefined> = { ...changes };
    for (const name of Object.keys(values)) {
      if (!(name in this.#charm.options)) {
        throw new NotDeclaredError('option', name, Object.keys(this.#charm.options));
      }
    }
    return values;
  }
}
