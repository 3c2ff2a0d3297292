import type { Charm, CharmClass } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import { hookName } from '../../simulator/hook.ts';
import { manualClock } from '../../simulator/pebble/manual-clock.ts';
import type { SimulatedApplication } from '../../simulator/simulated-application.ts';
import { SimulatedJuju } from '../../simulator/simulated-juju.ts';
import { ModelChangeError } from '../../simulator/errors.ts';
import type { CharmedUnit } from '../charmed-unit.ts';
import type { RunResult } from '../run-result.ts';
import type { Account, UnitAccount } from './account.ts';
import type { Act } from './act.ts';
import { Crew } from './crew.ts';
import { BrokenInvariantError } from './errors.ts';
import { checkDeferrals, checkNoCrash } from './laws.ts';
import { podAct } from './pod-act.ts';
import { remoteAct } from './remote-act.ts';
import type { Invariant, PlayOptions } from './sequence-options.ts';
import { PlaySecrets } from './secret-act.ts';
import type { Breakage, Step } from './step.ts';
import { storageAct } from './storage-act.ts';
import { workloadAct } from './workload-act.ts';

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
  readonly #crew: Crew<M, C>;
  readonly #secrets: PlaySecrets<M>;
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
    this.#crew = new Crew(charmClass, this.#juju, this.#app, this.#clock, options);
    this.#app.setLeader(this.#crew.all[0]?.unit.name);
    this.#secrets = new PlaySecrets(this.#juju, this.#app, options.secrets ?? {});
  }

  /** Takes a step if Juju allows it now. @returns whether it does */
  async take(step: Step): Promise<boolean> {
    const act = await this.#actOf(step);
    if (act === undefined) return false;
    this.taken.push(step);
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ModelChangeError)) throw error;
      // Juju refuses it.
      this.taken.pop();
      return false;
    }
    await this.#crew.bury();
    return true;
  }

  /** Takes a step, or the same one of another unit where Juju does not allow it of that one. */
  async takeLike(step: Step): Promise<void> {
    if ((await this.take(step)) || !isOfUnit(step)) return;
    for (const { unit } of this.#crew.all) {
      if (unit.name !== step.unit && (await this.take({ ...step, unit: unit.name }))) return;
    }
  }

  /** Mends what is broken, lets everything run that is due, and checks what must hold at rest. */
  async rest(): Promise<void> {
    await this.#mend();
    await this.#runAll();
    // A unit that was told to stop, or that has gone, leaves something to mend.
    await this.#mend();
    await this.#runAll();
    // What is deferred has its chance in each update-status, and may set off more.
    for (let round = 0; round < 2; round += 1) {
      for (const { unit } of this.#crew.all) unit.requestUpdateStatus();
      await this.#runAll();
    }
    await this.#check(this.#options.atRest, 'at rest');
  }

  async close(): Promise<void> {
    await this.#crew.close();
  }

  /** Has all pods and containers up, checks among them, and a unit that leads. */
  async #mend(): Promise<void> {
    for (const charmed of this.#crew.all) {
      if (charmed.unit.awaitsPod) await this.#crew.replacePod(charmed);
      for (const [name, container] of charmed.containers) {
        if (!container.canConnect) charmed.bootContainer(name);
        await container.recoverChecks();
      }
    }
    const heir = this.#crew.all.find(({ unit }) => unit.life === 'alive');
    if (this.#app.leader === undefined) this.#app.setLeader(heir?.unit.name);
  }

  /** What a step does now, or undefined where Juju does not allow it or nothing would come of it. */
  async #actOf(step: Step): Promise<Act | undefined> {
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
        if (step.unit === this.#app.leader || !this.#canLead(step.unit)) return undefined;
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
      case 'secret-add':
      case 'secret-change':
      case 'secret-remove':
      case 'secret-rotate':
      case 'secret-expire':
        return this.#secrets.act(step);
      case 'storage-add':
      case 'storage-detach':
      case 'storage-attach':
      case 'storage-remove':
        return storageAct(this.#juju, (name) => this.#crew.get(name)?.unit, step);
      case 'add-unit':
      case 'remove-unit':
      case 'upgrade':
        return this.#crew.act(step);
      case 'action':
        return this.#action(step.unit, step.action, step.params);
      case 'notice':
      case 'check-down':
      case 'check-up': {
        const charmed = this.#crew.get(step.unit);
        return charmed && (await workloadAct(charmed, step));
      }
      default: {
        const charmed = this.#crew.get(step.unit);
        return charmed && podAct(this.#crew, charmed, step);
      }
    }
  }

  #canLead(name: string | undefined): boolean {
    return name === undefined || this.#crew.get(name)?.unit.life === 'alive';
  }

  /** What an operator asks of a unit; Juju runs it once the unit is installed. */
  #action(
    name: string,
    action: string,
    params: Readonly<Record<string, unknown>>,
  ): Act | undefined {
    const charmed = this.#crew.get(name);
    if (charmed?.unit.installed !== true || charmed.unit.awaitsPod) return undefined;
    return () =>
      this.#watch(charmed, async () => (await charmed.runner.runAction(action, params)).run);
  }

  #ifDue(
    name: string,
    act: (charmed: CharmedUnit<M, C>) => Promise<unknown>,
  ): (() => Promise<void>) | undefined {
    const charmed = this.#crew.get(name);
    if (charmed?.unit.nextHook() === undefined) return undefined;
    return async () => {
      await act(charmed);
    };
  }

  async #runAll(): Promise<void> {
    for (let ran = 0; ; ran += 1) {
      const due = this.#crew.all.find(({ unit }) => unit.nextHook() !== undefined);
      if (due === undefined) break;
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
    await this.#crew.bury();
  }

  async #runHook(charmed: CharmedUnit<M, C>): Promise<void> {
    await this.#watch(charmed, () => this.#nextRun(charmed));
  }

  /** Has a dispatch happen, and holds what must hold after it. */
  async #watch(
    charmed: CharmedUnit<M, C>,
    run: () => Promise<RunResult | undefined>,
  ): Promise<void> {
    const before = charmed.runner.runs.at(-1)?.deferred ?? [];
    const result = await run();
    if (result === undefined) return;
    this.#last = { unit: charmed.unit.name, result };
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
    const units = this.#crew.all.map((charmed) => unitAccount(charmed));
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

/** Whether it happens to one unit of the charm, and could to another. */
function isOfUnit(step: Step): step is Extract<Step, { readonly unit: string }> {
  const remote = ['unit-data', 'add-remote-unit', 'remove-remote-unit', 'leader'];
  return 'unit' in step && !remote.includes(step.step);
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
