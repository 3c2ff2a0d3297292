import type { Charm, CharmClass } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { DeferredEntry } from '../../framework/deferral-queue.ts';
import { hookName, type Hook } from '../../simulator/hook.ts';
import { manualClock, type ManualClock } from '../../simulator/pebble/manual-clock.ts';
import type { SimulatedApplication } from '../../simulator/simulated-application.ts';
import { SimulatedJuju } from '../../simulator/simulated-juju.ts';
import type { SimulatedUnit } from '../../simulator/simulated-unit.ts';
import { CharmedUnit } from '../charmed-unit.ts';
import { HarnessStateError, UnexpectedSuccessError } from '../errors.ts';
import { eventHook, type EventDetails } from '../event-hook.ts';
import type { EventName } from '../names.ts';
import { failedReemissions, type LogLine, type RunResult } from '../run-result.ts';
import { throwFailure } from '../throw-failure.ts';
import type { HarnessOptions, InitialHooksOptions } from './options.ts';

/** The unit under test and its beginning: scene first, then hooks, one dispatch at a time. */
export abstract class HarnessCore<M extends CharmMeta, C extends Charm<M>> {
  /** Juju's, the deferral queue's and Pebble's time; it moves in {@link advance} only. */
  readonly clock: ManualClock = manualClock();
  /** The model around the unit, for what this class has no method for. */
  readonly juju: SimulatedJuju;
  /** @internal */
  protected readonly meta: M;
  /** @internal */
  protected readonly app: SimulatedApplication;
  /** @internal */
  protected readonly unit: SimulatedUnit;
  /** @internal */
  protected readonly charmed: CharmedUnit<M, C>;
  #phase: 'preparing' | 'running' | 'silent' = 'preparing';

  constructor(charmClass: CharmClass<M, C>, options: HarnessOptions<M, C> = {}) {
    const { clock } = this;
    const { meta } = charmClass;
    this.meta = meta;
    this.juju = new SimulatedJuju({
      clock,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.jujuVersion === undefined ? {} : { version: options.jujuVersion }),
      ...(options.model === undefined ? {} : { model: options.model }),
    });
    const app = options.app ?? meta.name;
    this.app = this.juju.addApplication(app, meta, { election: 'manual' });
    this.unit = this.app.addUnit({ address: options.address ?? '10.1.0.1' });
    if (options.leader === true) this.app.setLeader(this.unit.name);
    this.charmed = new CharmedUnit(charmClass, this.juju, this.unit, clock, {
      images: { ...options.containers },
      sockets: { ...options.pebbles },
      stateIsLocal: options.state === 'local',
      hostile: options.hostile === true,
      onCharm: options.onCharm,
    });
  }

  /** The application's name. */
  get appName(): string {
    return this.app.name;
  }

  /** The unit's name. */
  get unitName(): string {
    return this.unit.name;
  }

  /** The deferral queue as the last dispatch left it, oldest first. */
  get deferred(): readonly DeferredEntry[] {
    return this.runs.at(-1)?.deferred ?? [];
  }

  /** Every dispatch so far, in order. */
  get runs(): readonly RunResult[] {
    return this.charmed.runner.runs;
  }

  /** What the charm logged in all dispatches. */
  get logs(): readonly LogLine[] {
    return this.runs.flatMap((run) => run.logs);
  }

  /** The hook that failed, while the unit is in error. */
  get failedHook(): string | undefined {
    const { failed } = this.unit;
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
    while (!this.unit.installed) await this.#runNext();
    if (pebbleReady === 'after-install') this.charmed.bootContainers();
    while (!this.unit.started) await this.#runNext();
    if (pebbleReady === 'after-start') this.charmed.bootContainers();
    await this.settle();
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
    return await this.runLoudly(this.#hookFor(event, details));
  }

  /**
   * Sends one event in whose dispatch a handler must throw. When it is the event's own handler,
   * `error` tells what it threw, and the unit is in error: run the event again, or call
   * {@link skipFailedHook}. When it is a deferred event's, its entry in `deferred` has `lastError`.
   *
   * @throws {UnexpectedSuccessError} when nothing failed
   */
  async runExpectingError(event: EventName<M>, details?: EventDetails): Promise<RunResult> {
    const result = await this.charmed.runner.run(this.#hookFor(event, details));
    if (result.error === undefined && failedReemissions(result).length === 0) {
      throw new UnexpectedSuccessError(event);
    }
    return result;
  }

  /**
   * Changes what is around the unit in ways that no other method has, and runs the hooks that follow.
   *
   * @example
   * ```ts
   * await harness.updateModel((juju) => juju.relation(id).suspend());
   * ```
   */
  async updateModel<T>(change: (juju: SimulatedJuju) => T): Promise<T> {
    const result = change(this.juju);
    await this.settle();
    return result;
  }

  /** Gives deferred events another chance by an update-status, the least that Juju ever sends. */
  async reemitDeferred(): Promise<RunResult> {
    this.requireBegun('re-emit deferred events');
    return await this.runLoudly({ kind: 'update-status' });
  }

  /**
   * Runs the failed hook again, as Juju does by itself after a while, and then what follows.
   *
   * @throws {HarnessStateError} when no hook has failed
   * @throws whatever the charm's handler threw
   */
  async retryFailedHook(): Promise<RunResult> {
    const { failed } = this.unit;
    if (failed === undefined) {
      throw new HarnessStateError(
        'cannot retry a hook: none has failed. Call run() for another event.',
      );
    }
    const result = await this.runLoudly(failed.hook);
    await this.settle();
    return result;
  }

  /** Takes the failed hook for done, as `juju resolved --no-retry` does. */
  skipFailedHook(): void {
    this.unit.skipFailedHook();
  }

  /** Moves the time on; timers in the containers run, and an update-status that came due. */
  async advance(milliseconds: number): Promise<void> {
    if (!(milliseconds >= 0)) {
      throw new HarnessStateError(
        `cannot advance by ${milliseconds} milliseconds: time goes on only. Give 0 or more.`,
      );
    }
    await this.clock.advance(milliseconds);
    await this.settle();
  }

  /** Ends what runs in the containers, and takes away the files of resources. */
  async close(): Promise<void> {
    await this.charmed.close();
  }

  /**
   * Whether hooks run for changes now.
   *
   * @internal
   */
  protected get hears(): boolean {
    return this.#phase === 'running';
  }

  /**
   * @internal
   * @throws {HarnessStateError} before the unit has begun
   */
  protected requireBegun(what: string): void {
    if (this.#phase !== 'preparing') return;
    throw new HarnessStateError(
      `cannot ${what}: the unit has not begun. Call begin() or beginWithInitialHooks() first.`,
    );
  }

  /** @internal */
  protected async runLoudly(hook: Hook): Promise<RunResult> {
    const result = await this.charmed.runner.run(hook);
    throwFailure(result);
    return result;
  }

  /**
   * Runs what Juju would run now, until there is nothing more. A unit in error waits.
   *
   * @internal
   */
  protected async settle(): Promise<void> {
    if (!this.hears) return;
    while (this.unit.failed === undefined && this.unit.nextHook() !== undefined) {
      await this.#runNext();
    }
  }

  #start(call: string): void {
    if (this.#phase === 'preparing') return;
    throw new HarnessStateError(
      `cannot ${call}: the unit has begun already. Make a new harness for another unit.`,
    );
  }

  #hookFor(event: string, details: EventDetails | undefined): Hook {
    const setting = {
      charm: this.meta,
      juju: this.juju,
      app: this.appName,
      unit: this.unitName,
      bootId: (container: string) => this.charmed.place(container).bootId,
    };
    const hook = eventHook(setting, event, details);
    this.requireBegun(`run ${event}`);
    return hook;
  }

  async #runNext(): Promise<void> {
    const hook = this.unit.nextHook();
    if (hook !== undefined) await this.runLoudly(hook);
  }

  /** Lets all hooks that are due pass without the charm. */
  #passOver(): void {
    if (this.unit.failed !== undefined) return;
    for (let hook = this.unit.nextHook(); hook !== undefined; hook = this.unit.nextHook()) {
      this.unit.begin(hook).commit();
    }
  }
}
