import type { Charm, CharmClass } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import { dispatch } from '../../dispatch/dispatch.ts';
import { DeferrableEvent } from '../../framework/event.ts';
import type { AgentPaths } from '../../simulator/hook-environment.ts';
import { HookRun } from '../../simulator/hook-run.ts';
import { manualClock } from '../../simulator/pebble/manual-clock.ts';
import { agentPaths } from '../agent-paths.ts';
import { checkConsistency } from '../consistency/check-consistency.ts';
import { deferralProblems } from '../consistency/deferred.ts';
import { storedWarnings } from '../consistency/stored.ts';
import { InconsistentStateError, UnexpectedSuccessError } from '../errors.ts';
import { HostileHookTools } from '../hostile/hostile-hook-tools.ts';
import { hostileTransport } from '../hostile/hostile-transport.ts';
import { HookToolFaults, RunHookTools, type HookToolFault } from '../hook-tool-calls.ts';
import type { ContainerName } from '../names.ts';
import type { PebbleFault } from '../pebble-faults.ts';
import { failedReemissions } from '../run-result.ts';
import { completeState, noted } from '../state/complete-state.ts';
import type { JujuOccasion } from '../state/occasion.ts';
import type { State, StateParts } from '../state/state.ts';
import { throwFailure } from '../throw-failure.ts';
import { Occasions } from './occasions.ts';
import { PodScene } from './pod-scene.ts';
import { readScene } from './read-scene.ts';
import { Recording } from './recording.ts';
import { keptIn, storeOf } from './kept-state.ts';
import { endRun, lost, versionsIn } from './outcome.ts';
import { setScene, type Identity } from './scene.ts';
import { settle } from './settled-event.ts';
import type { TransitionResult } from './transition-result.ts';
import { recordWalks } from '../walk-record.ts';
import { Visiting, type Visitor } from './visit.ts';

/** Who the unit under test is, the same in all runs. */
export interface ContextOptions {
  /** The application. Default: the charm's name. */
  readonly app?: string;
  /** The unit's number. Default: 0. */
  readonly unit?: number;
  /** Default: `3.6.9`. */
  readonly jujuVersion?: string;
  /** Where the unit's machine is; only in a model of machines. */
  readonly availabilityZone?: string;
  /** The unit beside which a subordinate runs, such as `web/0`; only in a model of machines. */
  readonly principalUnit?: string;
}

/** What else a run is to be like. */
export interface TransitionOptions<M extends CharmMeta, C extends Charm<M> = Charm<M>> {
  /** Hook tools that fail, by name. */
  readonly hookToolFaults?: Readonly<Record<string, HookToolFault>>;
  /** Containers whose Pebble fails at some requests. */
  readonly pebbleFaults?: { readonly [K in ContainerName<M>]?: PebbleFault };
  /**
   * Whether Juju and Pebble are as inconvenient as they may be, as a harness takes it. Default false.
   */
  readonly hostile?: boolean;
  /** Shown the charm before it gets any event. */
  readonly onCharm?: (charm: C) => void;
}

/**
 * Runs single events of a charm: a state and an event go in, a state comes out. Nothing is kept from
 * one run to the next, so runs may also overlap.
 *
 * @example
 * ```ts
 * const context = new Context(HelloCharm);
 * const { state } = await context.run(context.on.configChanged(), { leader: true });
 * expect(state.unitStatus).toEqual({ status: 'active', message: '' });
 * ```
 */
export class Context<M extends CharmMeta, C extends Charm<M> = Charm<M>> {
  /** Every event that Juju has for the charm. */
  readonly on: Occasions<M>;
  readonly #charmClass: CharmClass<M, C>;
  readonly #identity: Identity;
  readonly #paths: AgentPaths;

  constructor(charmClass: CharmClass<M, C>, options: ContextOptions = {}) {
    const { app = charmClass.meta.name, unit: number = 0, jujuVersion = '3.6.9' } = options;
    const { availabilityZone, principalUnit } = options;
    const unit = `${app}/${number}`;
    this.#charmClass = charmClass;
    this.#identity = { app, number, unit, jujuVersion, availabilityZone, principalUnit };
    this.#paths = agentPaths(this.#identity.unit);
    this.on = new Occasions(charmClass.meta, app, this.#identity.unit);
  }

  /** The application's name. */
  get appName(): string {
    return this.#identity.app;
  }

  /** The unit's name. */
  get unitName(): string {
    return this.#identity.unit;
  }

  /** A whole state: what the parts say, and defaults for the rest. */
  state(parts: StateParts<M> = {}): State<M> {
    return completeState(this.#charmClass.meta, parts);
  }

  /**
   * Sends one event to a new charm, with what is deferred before it.
   *
   * @throws whatever a handler threw, be it the event's own or a deferred one's. An action that says
   * that it failed throws nothing: see `action` in the result
   * @throws {InconsistentStateError} when Juju cannot bring the event to a unit in this state
   */
  async run(
    event: JujuOccasion,
    state: StateParts<M> = {},
    options: TransitionOptions<M, C> = {},
  ): Promise<TransitionResult<M>> {
    const result = await this.#transition(event, state, options);
    throwFailure(result);
    return result;
  }

  /**
   * The state after several events in a row, for a test to begin with.
   *
   * @throws as {@link Context.run} does
   */
  async stateAfter(events: readonly JujuOccasion[], state: StateParts<M> = {}): Promise<State<M>> {
    let now = this.state(state);
    for (const event of events) ({ state: now } = await this.run(event, now));
    return now;
  }

  /**
   * Sends one event in whose dispatch a handler must throw. When it is the event's own handler,
   * `error` tells what it threw; when it is a deferred event's, its entry in `deferred` has
   * `lastError`.
   *
   * @throws {UnexpectedSuccessError} when nothing failed
   * @throws {InconsistentStateError} when Juju cannot bring the event to a unit in this state
   */
  async runExpectingError(
    event: JujuOccasion,
    state: StateParts<M> = {},
    options: TransitionOptions<M, C> = {},
  ): Promise<TransitionResult<M>> {
    const result = await this.#transition(event, state, options);
    if (result.error === undefined && failedReemissions(result).length === 0) {
      throw new UnexpectedSuccessError(event.name);
    }
    return result;
  }

  /**
   * Sends one event as {@link Context.run} does, and lets a test have the charm before and after its
   * handlers: call `run()` where they are to come, or they come at the end.
   *
   * @throws as {@link Context.run} does, and whatever `visitor` throws
   * @example
   * ```ts
   * await context.visit(context.on.start(), {}, async ({ charm, run }) => {
   *   expect(await charm.peers()).toEqual([]);
   *   await run();
   *   expect(charm.started.value).toBe(true);
   * });
   * ```
   */
  async visit(
    event: JujuOccasion,
    state: StateParts<M>,
    visitor: Visitor<C>,
    options: TransitionOptions<M, C> = {},
  ): Promise<TransitionResult<M>> {
    const result = await this.#transition(event, state, options, new Visiting(visitor));
    throwFailure(result);
    return result;
  }

  async #transition(
    event: JujuOccasion,
    parts: StateParts<M>,
    options: TransitionOptions<M, C>,
    visiting?: Visiting<C>,
  ): Promise<TransitionResult<M>> {
    const { meta } = this.#charmClass;
    const identity = this.#identity;
    const before = this.state(parts);
    const { hook, state: plain } = settle(meta, event.hook, before);
    const { errors, warnings } = checkConsistency({
      meta,
      identity,
      state: plain,
      hook,
      event: event.name,
    });
    if (errors.length > 0) throw new InconsistentStateError(event.name, errors);

    const clock = manualClock(before.now);
    const record = new Recording();
    const scene = setScene(meta, identity, plain, hook, { clock, emit: record.juju });
    const pod = new PodScene(meta, plain, clock);
    pod.arm(options.pebbleFaults ?? {});
    const faults = new HookToolFaults();
    for (const [tool, fault] of Object.entries(options.hookToolFaults ?? {})) {
      faults.add(tool, fault);
    }
    const store = storeOf(plain);
    const run = new HookRun(scene.model, scene.application, scene.unit, hook);
    const hookTools = new RunHookTools(run, faults);
    let problems: readonly string[] = [];
    const dispatched = await dispatch<M, C>({
      charmClass: this.#charmClass,
      env: { ...run.environment(this.#paths), ...place(identity) },
      hookTools: options.hostile === true ? new HostileHookTools(hookTools) : hookTools,
      store,
      pebble: (name) => {
        const transport = pod.transport(name);
        return options.hostile === true ? hostileTransport(transport) : transport;
      },
      clock,
      onEmit: ({ kind }) => record.emitted.push(kind),
      onDelivery: ({ event: given, observer, handler }) => {
        const attempts = given instanceof DeferrableEvent ? given.attempts : 0;
        record.delivered.push({ kind: given.kind, observer, handler, attempts });
      },
      onCharm: (charm) => {
        problems = deferralProblems(charm, before.deferred);
        if (problems.length > 0) throw new InconsistentStateError(event.name, problems);
        warnings.push(...storedWarnings(charm.framework, before.stored));
        options.onCharm?.(charm);
        return visiting?.begin(charm);
      },
      ...(visiting && { beforeCommit: () => visiting.beforeCommit() }),
      stderr: record.stderr,
    });
    if (problems.length > 0) throw new InconsistentStateError(event.name, problems);
    await visiting?.end(dispatched.error);
    const { outcome, action } = endRun(run, hook, dispatched, record.stderrText);
    if (!outcome.committed) store.revert();
    const { exitCode, walks } = dispatched;
    recordWalks(walks);
    const error = dispatched.error ?? lost(event.name, outcome, dispatched);
    const kept = await keptIn(store, plain);
    const { containers, workload } = await pod.end();
    const after: State = {
      ...plain,
      ...readScene(scene, plain),
      containers,
      deferred: outcome.committed ? dispatched.deferred : before.deferred,
      stored: kept,
    };
    return {
      event: event.name,
      hook,
      exitCode,
      walks,
      paths: walks.map(({ line }) => line),
      deferred: dispatched.deferred,
      hookToolCalls: hookTools.calls,
      logs: record.logs,
      delivered: record.delivered,
      emitted: record.emitted,
      unitStatuses: record.unitStatuses,
      appStatuses: record.appStatuses,
      workloadVersions: versionsIn(hookTools.calls),
      warnings,
      ...(action === undefined ? {} : { action }),
      ...(error === undefined ? {} : { error }),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the containers of the state before, which is a State<M>
      workload: workload as TransitionResult<M>['workload'],
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has the names of the state before, which is a State<M>
      state: noted(after) as unknown as State<M>,
    };
  }
}

/** What the environment says about where the unit is. */
function place({ availabilityZone, principalUnit }: Identity): Record<string, string> {
  return {
    ...(availabilityZone !== undefined && { JUJU_AVAILABILITY_ZONE: availabilityZone }),
    ...(principalUnit !== undefined && { JUJU_PRINCIPAL_UNIT: principalUnit }),
  };
}
