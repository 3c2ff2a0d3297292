import type { Charm, CharmClass } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import { hookName } from '../../simulator/hook.ts';
import { manualClock } from '../../simulator/pebble/manual-clock.ts';
import type { SimulatedApplication } from '../../simulator/simulated-application.ts';
import { SimulatedJuju } from '../../simulator/simulated-juju.ts';
import { CharmedUnit } from '../charmed-unit.ts';
import type { RunResult } from '../run-result.ts';
import type { Account, UnitAccount } from './account.ts';
import type { Act } from './act.ts';
import { BrokenInvariantError } from './errors.ts';
import { checkDeferrals, checkNoCrash } from './laws.ts';
import { podAct } from './pod-act.ts';
import { remoteAct } from './remote-act.ts';
import type { Invariant, PlayOptions } from './sequence-options.ts';
import type { Breakage, Step } from './step.ts';

/** More hooks in a row than any change can bring about. */
const mostHooks = 500;

/** A model in which steps are played one by one, and what must hold is checked after each hook. */
export class Play<M extends CharmMeta, C extends Charm<M>> {
  /** The steps that could be taken so far. */
  readonly taken: Step[] = [];
  readonly #options: PlayOptions<M, C>;
  readonly #clock = manualClock();
  readonly #juju: SimulatedJuju;
  readonly #app: SimulatedApplication;
  readonly #units: ReadonlyMap<string, CharmedUnit<M, C>>;
  #last: { readonly unit: string; readonly result: RunResult } | undefined;

  constructor(charmClass: CharmClass<M, C>, options: PlayOptions<M, C>) {
    const { meta } = charmClass;
    this.#options = options;
    this.#juju = new SimulatedJuju({
      clock: this.#clock,
      seed: options.jujuSeed ?? 0,
      ...(options.model === undefined ? {} : { model: options.model }),
    });
    this.#app = this.#juju.addApplication(meta.name, meta, { election: 'manual' });
    this.#app.setConfig({ ...options.config });
    const names = Array.from({ length: options.units ?? 2 }, (_, number) => {
      const address = `10.1.0.${number + 1}`;
      return this.#app.addUnit({ address }).name;
    });
    this.#app.setLeader(names[0]);
    this.#units = new Map(
      names.map((name) => [
        name,
        new CharmedUnit(charmClass, this.#juju, this.#app.unit(name), this.#clock, {
          images: { ...options.containers },
          stateIsLocal: options.state === 'local',
          onCharm: options.onCharm,
        }),
      ]),
    );
  }

  /** Takes a step if Juju allows it now. @returns whether it does */
  async take(step: Step): Promise<boolean> {
    const act = this.#actOf(step);
    if (act === undefined) return false;
    this.taken.push(step);
    await act();
    return true;
  }

  /** Mends what is broken, lets everything run that is due, and checks what must hold at rest. */
  async rest(): Promise<void> {
    for (const charmed of this.#units.values()) {
      if (charmed.unit.awaitsPod) await charmed.replacePod();
      for (const [name, { canConnect }] of charmed.containers) {
        if (!canConnect) charmed.bootContainer(name);
      }
    }
    const [first] = this.#units.keys();
    if (this.#app.leader === undefined) this.#app.setLeader(first);
    await this.#runAll();
    // What is deferred has its chance in each update-status, and may set off more.
    for (let round = 0; round < 2; round += 1) {
      for (const { unit } of this.#units.values()) unit.requestUpdateStatus();
      await this.#runAll();
    }
    await this.#check(this.#options.atRest, 'at rest');
  }

  async close(): Promise<void> {
    for (const charmed of this.#units.values()) await charmed.close();
  }

  /** What a step does now, or undefined where Juju does not allow it or nothing would come of it. */
  #actOf(step: Step): Act | undefined {
    switch (step.step) {
      case 'hook':
        return this.#ifDue(step.unit, (charmed) => this.#runHook(charmed));
      case 'broken-hook':
        return this.#ifDue(step.unit, (charmed) => this.#breakHook(charmed, step.at));
      case 'all-hooks':
        return () => this.#runAll();
      case 'config':
        return () => {
          this.#app.setConfig(step.changes);
        };
      case 'leader':
        if (step.unit === this.#app.leader) return undefined;
        return () => {
          this.#app.setLeader(step.unit);
        };
      case 'advance':
        return () => this.#clock.advance(step.milliseconds);
      case 'relate':
      case 'unrelate':
      case 'app-data':
      case 'unit-data':
      case 'add-remote-unit':
      case 'remove-remote-unit':
        return remoteAct(this.#juju, this.#app, step);
      default: {
        const charmed = this.#units.get(step.unit);
        return charmed && podAct(charmed, step);
      }
    }
  }

  #ifDue(
    name: string,
    act: (charmed: CharmedUnit<M, C>) => Promise<unknown>,
  ): (() => Promise<void>) | undefined {
    const charmed = this.#units.get(name);
    if (charmed?.unit.nextHook() === undefined) return undefined;
    return async () => {
      await act(charmed);
    };
  }

  async #runAll(): Promise<void> {
    for (let ran = 0; ; ran += 1) {
      const due = [...this.#units.values()].find(({ unit }) => unit.nextHook() !== undefined);
      if (due === undefined) return;
      if (ran === mostHooks) {
        const hook = due.unit.nextHook();
        throw new BrokenInvariantError(
          'hooks come to an end',
          `with ${due.unit.name} before ${hook === undefined ? 'a hook' : hookName(hook)}`,
          new Error(`${mostHooks} hooks ran in a row, and each brought about another one`),
        );
      }
      await this.#runHook(due);
    }
  }

  async #runHook(charmed: CharmedUnit<M, C>): Promise<void> {
    const before = charmed.runner.runs.at(-1)?.deferred ?? [];
    const result = await this.#nextRun(charmed);
    if (result === undefined) return;
    const when = `after ${result.event} of ${charmed.unit.name}`;
    checkNoCrash(result, when);
    checkDeferrals(before, result, when);
    await this.#check(this.#options.always, when);
  }

  /** Runs the next hook with something broken. It may fail; what it deferred must still be there. */
  async #breakHook(charmed: CharmedUnit<M, C>, at: Breakage): Promise<void> {
    const before = charmed.runner.runs.at(-1)?.deferred ?? [];
    const heal =
      'tool' in at
        ? charmed.hookToolFaults.add(at.tool, { times: 1 })
        : charmed.container(at.container).fail({ atRequest: at.request, times: 1_000_000 });
    const result = await this.#nextRun(charmed);
    heal();
    if (result === undefined) return;
    const when = `after the broken ${result.event} of ${charmed.unit.name}`;
    checkDeferrals(before, result, when);
    await this.#check(this.#options.always, when);
  }

  async #nextRun(charmed: CharmedUnit<M, C>): Promise<RunResult | undefined> {
    const hook = charmed.unit.nextHook();
    if (hook === undefined) return undefined;
    const result = await charmed.runner.run(hook);
    this.#last = { unit: charmed.unit.name, result };
    return result;
  }

  async #check(
    invariants: Readonly<Record<string, Invariant<M>>> | undefined,
    when: string,
  ): Promise<void> {
    const account = this.#account();
    for (const [sentence, invariant] of Object.entries(invariants ?? {})) {
      try {
        await invariant(account);
      } catch (error) {
        throw new BrokenInvariantError(sentence, when, error);
      }
    }
  }

  #account(): Account<M> {
    const units = [...this.#units.values()].map((charmed) => unitAccount(charmed));
    const last = this.#last;
    const unit = units.find(({ name }) => name === last?.unit);
    return {
      juju: this.#juju,
      app: this.#app.name,
      units,
      leader: units.find(({ isLeader }) => isLeader),
      last: last === undefined || unit === undefined ? undefined : { unit, result: last.result },
    };
  }
}

function unitAccount<M extends CharmMeta, C extends Charm<M>>(
  charmed: CharmedUnit<M, C>,
): UnitAccount<M> {
  const { unit, runner } = charmed;
  return {
    name: unit.name,
    isLeader: unit.isLeader,
    started: unit.started,
    status: unit.status,
    runs: runner.runs,
    deferred: runner.runs.at(-1)?.deferred ?? [],
    container: (name) => charmed.container(name),
  };
}
