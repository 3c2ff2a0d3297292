import type { ActionEnd, ActionReport } from './action.ts';
import { ModelChangeError } from './errors.ts';
import { hookEnvironment, type AgentPaths } from './hook-environment.ts';
import { hookName, type Hook } from './hook.ts';
import { runTool } from './hook-tools/run-tool.ts';
import type { ToolReply, ToolRequest } from './hook-tools/tool-request.ts';
import { applyWrites, refusedWrites } from './hook-writes.ts';
import type { LogLevel } from './juju-event.ts';
import { hexDigits } from './random.ts';
import { settleHook } from './resolver/settle-hook.ts';
import { isWorkloadHook, replayNotices } from './resolver/workload-hooks.ts';
import { enterScopes } from './rules/scope.ts';
import type { ApplicationState, ModelState } from './state/model-state.ts';
import type { UnitState } from './state/unit-state.ts';
import { machineFiles, type ToolFiles } from './tool-files.ts';
import { Transaction } from './transaction.ts';
import { setAgentStatus, setUnitStatus } from './unit-status.ts';

/** How a run ended for Juju. */
export type HookOutcome =
  | { readonly committed: true }
  | { readonly committed: false; readonly reason: string };

export interface HookRunOptions {
  /** How `--file` and `-o` reach files. Default: this machine's file system. */
  readonly files?: ToolFiles;
}

/**
 * One run of one hook: its environment, its hook tools, and its end. What the charm writes is
 * gathered and reaches the model only in {@link commit}; a status, a version and log lines do so
 * at once.
 */
export class HookRun {
  readonly hook: Hook;
  /** Juju's full name of the hook. */
  readonly name: string;
  /** 1 for the first run of the hook, one more for each retry. */
  readonly attempt: number;
  /** New for every run, also for each retry. */
  readonly contextId: string;
  readonly #model: ModelState;
  readonly #application: ApplicationState;
  readonly #unit: UnitState;
  readonly #transaction: Transaction;
  readonly #configVersion: number;
  readonly #files: ToolFiles;
  #outcome: HookOutcome | undefined;

  /** @internal Use `unit.begin(hook)`. */
  constructor(
    model: ModelState,
    application: ApplicationState,
    unit: UnitState,
    hook: Hook,
    options: HookRunOptions = {},
  ) {
    this.#model = model;
    this.#application = application;
    this.#unit = unit;
    this.hook = hook;
    this.name = hookName(hook);
    const { failed } = unit;
    const retried =
      failed !== undefined && hook.kind !== 'action' && hookName(failed.hook) === this.name;
    this.attempt = retried ? failed.attempts + 1 : 1;
    unit.runs += 1;
    const digits = hexDigits(32, model.seed, unit.name, 'context', unit.runs);
    this.contextId = `${unit.name}-${this.name}-${digits}`;
    if (unit.installed && unit.life === 'alive') enterScopes(model, unit);
    this.#transaction = new Transaction(model, application, unit, hook);
    this.#configVersion = application.configVersion;
    this.#files = options.files ?? machineFiles;
    this.#announce();
  }

  /** The whole environment that the charm's process gets. */
  environment(paths: AgentPaths): Record<string, string> {
    const { name: modelName, uuid: modelUuid, version: jujuVersion } = this.#model;
    const { contextId } = this;
    const { name: unit, number } = this.#unit;
    // Each unit has a machine to itself.
    const machineId = this.#model.type === 'iaas' ? String(number) : '';
    const run = { unit, machineId, modelName, modelUuid, jujuVersion, contextId };
    return hookEnvironment(this.hook, run, paths);
  }

  /**
   * The reboot that the charm has asked for. With `now` the agent kills the charm's process and
   * calls {@link requeue}; `afterwards` follows from {@link commit}.
   */
  get reboot(): 'afterwards' | 'now' | undefined {
    return this.#transaction.reboot;
  }

  /** Answers one call of a hook tool. Calls with another run's context id are refused. */
  tool(request: ToolRequest): ToolReply {
    const { contextId = this.contextId } = request;
    if (this.#outcome !== undefined) {
      return refusal(`the run ${this.contextId} is over`);
    }
    if (contextId !== this.contextId) {
      return refusal(
        `bad request: expected context id ${JSON.stringify(this.contextId)}, got ${JSON.stringify(contextId)}`,
      );
    }
    return runTool(this.#transaction, request, this.#files);
  }

  /** Logs a line of the charm process's own output: stdout at DEBUG, stderr at WARNING. */
  log(level: LogLevel, message: string): void {
    const { name: unit } = this.#unit;
    const at = this.#model.clock.now();
    const logger = `unit.${unit}.${this.name}`;
    this.#model.emit({ type: 'log', at, unit, level, logger, message });
  }

  /**
   * The charm exited with 0: applies what the hook gathered.
   *
   * @returns a failure, as if the charm had failed, when it wrote its application's data and is no
   * longer the leader, when a databag or the unit's state has become too big, when it asked for
   * storage that its charm does not declare or allow, or when it may not do what it did with
   * secrets
   */
  commit(): HookOutcome {
    if (this.#outcome !== undefined) return this.#outcome;
    if (this.#transaction.reboot === 'now') return this.requeue();
    const unit = this.#unit;
    const refusal = refusedWrites(this.#transaction);
    if (refusal !== undefined) return this.fail(refusal);
    applyWrites(this.#transaction);
    this.#outcome = { committed: true };
    unit.failed = undefined;
    settleHook(this.#transaction, this.#configVersion);
    this.#settleStatus();
    if (this.#transaction.reboot !== undefined) this.#rebooted();
    const at = this.#model.clock.now();
    this.#model.emit({ type: 'hook-committed', at, unit: unit.name, hook: this.hook });
    return this.#outcome;
  }

  /** The charm failed: drops what the hook gathered, and puts the unit in error until a retry. */
  fail(reason: string): HookOutcome {
    if (this.#outcome !== undefined) return this.#outcome;
    this.#outcome = { committed: false, reason };
    const unit = this.#unit;
    unit.failed = { hook: this.hook, attempts: this.attempt };
    // The watch of the notices ends with such a failure, and begins anew.
    if (isWorkloadHook(this.hook)) replayNotices(this.#model, unit);
    setAgentStatus(this.#model, unit, 'error', `hook failed: "${this.name}"`);
    const at = this.#model.clock.now();
    this.#model.emit({ type: 'hook-failed', at, unit: unit.name, hook: this.hook, reason });
    return this.#outcome;
  }

  /**
   * The charm was killed by SIGTERM or SIGKILL, or for the reboot that it asked for: the hook is due
   * again, and nothing is in error.
   */
  requeue(): HookOutcome {
    if (this.#outcome !== undefined) return this.#outcome;
    this.#outcome = { committed: false, reason: 'terminated' };
    setAgentStatus(this.#model, this.#unit, 'idle', '');
    if (this.#transaction.reboot === 'now') this.#rebooted();
    return this.#outcome;
  }

  /**
   * The action's process has ended: applies what it gathered if it exited with 0, even if it said
   * that it failed. No action puts the unit in error.
   *
   * @throws {ModelChangeError} when it is no action's run
   */
  endAction({ exitCode, failure: ownFailure, stdout = '', stderr = '' }: ActionEnd): ActionReport {
    const { action } = this.#transaction;
    const { hook } = this;
    if (action === undefined || hook.kind !== 'action') {
      throw new ModelChangeError(`end the action ${this.name}`, 'it is a hook');
    }
    const refusal =
      exitCode === 0 && this.#outcome === undefined ? refusedWrites(this.#transaction) : undefined;
    const applied = exitCode === 0 && refusal === undefined;
    if (applied && this.#outcome === undefined) applyWrites(this.#transaction);
    this.#outcome ??= applied
      ? { committed: true }
      : { committed: false, reason: refusal ?? `exit status ${exitCode}` };
    if (this.#unit.failed === undefined) setAgentStatus(this.#model, this.#unit, 'idle', '');
    const failure =
      exitCode === 0
        ? refusal && 'committing requested changes failed'
        : (ownFailure ?? `exit status ${exitCode}`);
    return {
      id: hook.actionId,
      action: hook.action,
      status: failure !== undefined || action.failed ? 'failed' : 'completed',
      message: failure ?? action.message,
      returnCode: refusal === undefined ? exitCode : 1,
      results: action.results,
      stdout,
      stderr: refusal === undefined ? stderr : `${stderr}${refusal}\n`,
      log: action.log,
    };
  }

  /** The machine has booted anew: start is due again in a unit that had started. */
  #rebooted(): void {
    const { started, queue } = this.#unit;
    this.#unit.reboots += 1;
    if (started && !queue.includes('start')) queue.push('start');
  }

  #announce(): void {
    const unit = this.#unit;
    const { hook, attempt } = this;
    const at = this.#model.clock.now();
    this.#model.emit({ type: 'hook-begun', at, unit: unit.name, hook, attempt });
    if (hook.kind === 'action') {
      if (unit.failed !== undefined) return;
      setAgentStatus(this.#model, unit, 'executing', `running action ${this.name}`);
      return;
    }
    if (hook.kind !== 'update-status') {
      setAgentStatus(this.#model, unit, 'executing', `running ${this.name} hook`);
    }
    const message = {
      install: unit.statusSet ? undefined : 'installing charm software',
      stop: 'stopping charm software',
      remove: 'cleaning up prior to charm deletion',
    };
    const own = Object.entries(message).find(([kind]) => kind === hook.kind)?.[1];
    if (own !== undefined) setUnitStatus(this.#model, unit, 'maintenance', own);
  }

  #settleStatus(): void {
    const unit = this.#unit;
    setAgentStatus(this.#model, unit, 'idle', '');
    if (this.hook.kind === 'start' && !unit.statusSet) {
      setUnitStatus(this.#model, unit, 'unknown', '');
    }
    if (this.hook.kind === 'remove') {
      setUnitStatus(this.#model, unit, 'terminated', '');
      this.#application.units.delete(unit.name);
    }
  }
}

function refusal(text: string): ToolReply {
  return { code: 1, stdout: '', stderr: `ERROR ${text}\n` };
}
