import { dirname } from 'node:path';
import type { Hook } from '../../simulator/hook.ts';
import type { HookRun } from '../../simulator/hook-run.ts';
import type { SimulatedUnit } from '../../simulator/simulated-unit.ts';
import {
  agentFolders,
  environmentPaths,
  fillAgentFolders,
  type AgentFolders,
  type AgentPod,
} from './agent-folders.ts';
import { CallersFiles } from './callers-files.ts';
import { runDispatchProcess, type DispatchEnd, type DispatchOutput } from './dispatch-process.ts';
import { ActionOutput, type ActionResult } from './action-result.ts';
import { ActionUnavailableError, UnitGoneError } from './errors.ts';
import { findHookProgram } from './hook-program.ts';
import { PebbleWatch } from './pebble-watch.ts';
import type { ResourceFiles } from './resource-files.ts';
import { actionEnd, conclude, settled, type Conclusion } from './run-end.ts';
import { openToolDoors } from './tool-doors.ts';

export interface UnitAgentOptions {
  readonly unit: SimulatedUnit;
  readonly pod: AgentPod;
  /** The workload containers' names. */
  readonly containers: readonly string[];
  /** The folder that Juju would unpack. */
  readonly charmDir: string;
  readonly resources: ResourceFiles;
  /** Sees to it that storage which the charm has not heard of is in the pod. */
  readonly mountStorage?: (pod: AgentPod) => Promise<void>;
  /** Told where a resource's file is for the charm. */
  readonly onResource: (name: string, path: string) => void;
  /** Where the `node` that charms find lives. Default: where this one does. */
  readonly nodeDirectory?: string;
}

/** How one run of a hook ended. */
export interface HookReport extends Conclusion {
  readonly unit: string;
  /** Juju's full name, such as `database-relation-joined`. */
  readonly hook: string;
  /** 1 for the first run, one more for each retry. */
  readonly attempt: number;
  /** Milliseconds from the process's start to its end. */
  readonly duration: number;
  /** How many times hook tools were called. */
  readonly toolCalls: number;
}

/**
 * Juju's agent of one unit: it runs the hooks that the model has for the unit, and actions, one at
 * a time, each as a process in the unit's pod.
 */
export class UnitAgent {
  readonly #options: UnitAgentOptions;
  #pod: AgentPod;
  #folders: AgentFolders;
  readonly #pebbles: PebbleWatch;
  readonly #stop = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: UnitAgentOptions) {
    this.#options = options;
    this.#pod = options.pod;
    this.#folders = agentFolders(options.pod, options.unit.name);
    this.#pebbles = new PebbleWatch(options.unit, options.containers);
  }

  /** The charm's folder as this process sees it. */
  get charmFolder(): string {
    return this.#folders.charm.outside;
  }

  /** @throws {CharmUnreadableError} when the charm cannot be copied. */
  async install(): Promise<void> {
    await fillAgentFolders(this.#folders, this.#options.charmDir);
    await this.#placeResources();
  }

  /**
   * Moves to a new pod, as Kubernetes makes one in the old one's place: runs a stop hook once, if
   * no other hook has failed, and then unpacks the charm anew. What a new pod's unit is told is due
   * afterwards.
   *
   * @param replace takes the old pod down and makes the new one
   * @returns how the stop hook ended, if there was one
   * @throws {UnitGoneError} after {@link close}
   */
  async replacePod(replace: () => Promise<AgentPod>): Promise<HookReport | undefined> {
    return await this.alone(async () => {
      const { unit } = this.#options;
      if (this.#stop.signal.aborted) throw new UnitGoneError(unit.name);
      unit.podStopping();
      const hook = unit.nextHook();
      const stopped = hook?.kind === 'stop' ? await this.#runDue(hook) : undefined;
      this.#pod = await replace();
      this.#folders = agentFolders(this.#pod, unit.name);
      await this.install();
      unit.podReplaced();
      return stopped;
    });
  }

  /**
   * Keeps a file for the charm's resource-get, in this pod and those after it.
   *
   * @throws {ResourceUnreadableError} when the file cannot be read
   */
  async attachResource(name: string, file: string, filename?: string): Promise<void> {
    await this.alone(async () => {
      await this.#options.resources.keep(name, file, filename);
      await this.#placeResources();
    });
  }

  /** Does work while no process of the charm runs. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return await done;
  }

  /** Runs the one hook that is due. Resolves to undefined when there is none. */
  async runNextHook(): Promise<HookReport | undefined> {
    return await this.alone(async () => {
      if (this.#stop.signal.aborted) return undefined;
      await this.#pebbles.look(this.#pod);
      await this.#options.mountStorage?.(this.#pod);
      const hook = this.#options.unit.nextHook();
      return hook && (await this.#runDue(hook));
    });
  }

  /**
   * Runs an action when the hook or action that runs now is over, also while a hook has failed.
   *
   * @throws {NotInModelError} when the charm has no such action
   * @throws {ModelChangeError} when the parameters are not as the action has them
   * @throws {ActionUnavailableError} before install, and after the unit's end
   */
  async runAction(
    name: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<ActionResult> {
    return await this.alone(async () => {
      const { unit } = this.#options;
      const reject = (why: string): never => {
        throw new ActionUnavailableError(unit.name, name, why);
      };
      if (this.#stop.signal.aborted) return reject('the unit has been taken down');
      if (unit.failed === undefined && unit.nextHook()?.kind === 'install') {
        return reject('its install hook has not run yet. Let its hooks run first');
      }
      const files = new CallersFiles();
      return await this.#runAction(unit.beginAction(name, params, { files }), files);
    });
  }

  /** Kills a hook or action that is running, and runs no more. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#last;
  }

  async #placeResources(): Promise<void> {
    const { resources, onResource } = this.#options;
    for (const [name, { inside }] of await resources.place(this.#folders)) onResource(name, inside);
  }

  async #runDue(hook: Hook): Promise<HookReport> {
    const files = new CallersFiles();
    return await this.#runHook(this.#options.unit.begin(hook, { files }), files);
  }

  async #runHook(run: HookRun, files: CallersFiles): Promise<HookReport> {
    const report = { unit: this.#options.unit.name, hook: run.name, attempt: run.attempt };
    const program = await findHookProgram(this.#folders, `hooks/${run.name}`);
    if (program.found === 'nothing') {
      run.log('DEBUG', `no dispatch and no hooks/${run.name}: skipped`);
      return { ...report, ...settled(run, run.commit(), 'skipped'), duration: 0, toolCalls: 0 };
    }
    if (program.found === 'unusable') {
      return { ...report, ...settled(run, run.fail(program.why)), duration: 0, toolCalls: 0 };
    }
    const { end, ...cost } = await this.#execute(run, program.path, { files });
    return { ...report, ...conclude(run, end), ...cost };
  }

  async #runAction(run: HookRun, files: CallersFiles): Promise<ActionResult> {
    const program = await findHookProgram(this.#folders, `actions/${run.name}`);
    if (program.found !== 'program') {
      const missing = `action not implemented on unit "${this.#options.unit.name}"`;
      const failure = program.found === 'nothing' ? missing : program.why;
      const { id, action, status, message, log } = run.endAction({ exitCode: 1, failure });
      return { id, action, status, message, log, results: {}, duration: 0, toolCalls: 0 };
    }
    const output = new ActionOutput();
    const { end, ...cost } = await this.#execute(run, program.path, {
      files,
      onBytes: (stream, bytes) => {
        output.add(stream, bytes);
      },
    });
    const report = run.endAction(actionEnd(end));
    const { id, action, status, message, log } = report;
    return { id, action, status, message, log, results: output.results(report), ...cost };
  }

  async #execute(
    run: HookRun,
    path: string,
    { files, ...capture }: { readonly files: CallersFiles } & Pick<DispatchOutput, 'onBytes'>,
  ): Promise<{ end: DispatchEnd; duration: number; toolCalls: number }> {
    const { nodeDirectory = dirname(process.execPath) } = this.#options;
    const pod = this.#pod;
    const paths = environmentPaths(this.#folders, nodeDirectory);
    const env = { ...run.environment(paths), ...pod.charmEnvironment };
    const command = pod.dispatchCommand([path], { env, cwd: this.#folders.charm.inside });
    const tools = await openToolDoors({
      folders: this.#folders,
      contextId: run.contextId,
      version: env['JUJU_VERSION'] ?? '',
      answer: ({ files: callersFiles, ...request }) => {
        files.current = callersFiles;
        const reply = run.tool(request);
        return reply.needsStdin === true ? 'stdin-needed' : reply;
      },
      log: (level, message) => {
        run.log(level, message);
      },
    });
    try {
      const output: DispatchOutput = {
        ...capture,
        onStdout: (line) => {
          run.log('DEBUG', line);
        },
        onStderr: (line) => {
          run.log('WARNING', line);
        },
      };
      const began = performance.now();
      const end = await runDispatchProcess(command, output, { signal: this.#stop.signal });
      return { end, duration: performance.now() - began, toolCalls: tools.calls };
    } finally {
      await tools.close();
    }
  }
}
