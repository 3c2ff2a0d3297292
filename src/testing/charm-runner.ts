import type { DeferredEntry } from '../framework/deferral-queue.ts';
import type { Walk } from '../framework/walk.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import type { ActionReport } from '../simulator/action.ts';
import type { HookOutcome, HookRun } from '../simulator/hook-run.ts';
import { hookName, type Hook } from '../simulator/hook.ts';
import type { SimulatedJuju } from '../simulator/simulated-juju.ts';
import type { SimulatedUnit } from '../simulator/simulated-unit.ts';
import { agentPaths } from './agent-paths.ts';
import { DispatchFailedError, HarnessStateError } from './errors.ts';
import { RunHookTools, type HookToolFaults } from './hook-tool-calls.ts';
import type { ActionResult, LogLine, RunResult } from './run-result.ts';
import { recordWalks } from './walk-record.ts';

/** One dispatch of the charm in this process. */
export type DispatchCharm = (parts: {
  readonly env: Readonly<Record<string, string>>;
  readonly hookTools: HookTools;
}) => Promise<{
  readonly exitCode: number;
  readonly walks: readonly Walk[];
  readonly deferred: readonly DeferredEntry[];
  readonly error?: unknown;
}>;

/** Runs hooks of one unit through the charm, as the unit's agent would. */
export class CharmRunner {
  /** Every run so far, in order. */
  readonly runs: RunResult[] = [];
  readonly #juju: SimulatedJuju;
  readonly #unit: SimulatedUnit;
  readonly #faults: HookToolFaults;
  readonly #dispatch: DispatchCharm;
  readonly #onDiscard: () => void;

  /** @param onDiscard called when Juju drops what a hook wrote that ended well */
  constructor(
    juju: SimulatedJuju,
    unit: SimulatedUnit,
    faults: HookToolFaults,
    dispatch: DispatchCharm,
    onDiscard: () => void,
  ) {
    this.#juju = juju;
    this.#unit = unit;
    this.#faults = faults;
    this.#dispatch = dispatch;
    this.#onDiscard = onDiscard;
  }

  /** Runs a hook and commits it or lets it fail, as the dispatch's exit code says. */
  async run(hook: Hook): Promise<RunResult> {
    const event = hookName(hook);
    this.#refuseWhileInError(hook, event);
    const run = this.#unit.begin(hook);
    return await this.#perform(run, (exitCode) => {
      if (run.reboot === 'now') return run.requeue();
      return exitCode === 0 ? run.commit() : run.fail(`the dispatch exited with ${exitCode}`);
    });
  }

  /**
   * Runs an action, which Juju does also while the unit is in error.
   *
   * @throws {NotInModelError} when the charm has no such action
   * @throws {ModelChangeError} when the parameters are not as the action has them
   */
  async runAction(name: string, params: Readonly<Record<string, unknown>>): Promise<ActionResult> {
    const run = this.#unit.beginAction(name, params);
    const reports: ActionReport[] = [];
    const result = await this.#perform(run, (exitCode) => {
      const report = run.endAction({ exitCode });
      reports.push(report);
      if (report.returnCode !== exitCode) this.#onDiscard();
      return { committed: true };
    });
    const [report = run.endAction({ exitCode: result.exitCode })] = reports;
    return { ...report, run: result };
  }

  async #perform(run: HookRun, end: (exitCode: number) => HookOutcome): Promise<RunResult> {
    const { hook, name: event } = run;
    const logs: LogLine[] = [];
    const stopListening = this.#juju.subscribe((happened) => {
      if (happened.type !== 'log') return;
      const { level, message: lines } = happened;
      logs.push(...lines.split('\n').map((message) => ({ level, message })));
    });
    const hookTools = new RunHookTools(run, this.#faults);
    try {
      const dispatched = await this.#dispatch({
        env: run.environment(agentPaths(this.#unit.name)),
        hookTools,
      });
      const { exitCode, walks, deferred, error } = dispatched;
      const outcome = end(exitCode);
      if (exitCode === 0 && !outcome.committed) this.#onDiscard();
      const result: RunResult = {
        event,
        hook,
        exitCode,
        walks,
        paths: walks.map(({ line }) => line),
        deferred,
        hookToolCalls: hookTools.calls,
        logs,
        ...(error === undefined ? {} : { error }),
      };
      const failed =
        outcome.committed || error !== undefined || run.reboot === 'now'
          ? result
          : { ...result, error: new DispatchFailedError(event, outcome.reason) };
      recordWalks(walks);
      this.runs.push(failed);
      return failed;
    } finally {
      stopListening();
    }
  }

  #refuseWhileInError(hook: Hook, event: string): void {
    const { failed } = this.#unit;
    if (failed === undefined || hookName(failed.hook) === event) return;
    throw new HarnessStateError(
      `cannot run ${event}: the unit is in error since ${hookName(failed.hook)} failed, and Juju runs nothing else. Run ${hookName(failed.hook)} again, or call skipFailedHook().`,
    );
  }
}
