import type { OptionValue } from '../simulator/charm-definition.ts';
import type { SimulatedJuju } from '../simulator/simulated-juju.ts';
import { NotInModelError } from '../simulator/errors.ts';
import type { SecretSettings } from '../simulator/new-secret.ts';
import type { SimulatedRelation } from '../simulator/simulated-relation.ts';
import type { SimulatedSecret } from '../simulator/simulated-secret.ts';
import type { SimulatedUnit } from '../simulator/simulated-unit.ts';
import type { StatusReport } from '../simulator/status-report.ts';
import type { ActionResult } from './agent/action-result.ts';
import type { RetryDelayOptions } from './agent/retry-delay.ts';
import type { HookReport, UnitAgent } from './agent/unit-agent.ts';
import type { Pod, PodHost } from './pod/pod.ts';
import type { LocalEvent } from './local-event.ts';
import { runProgram, type ProgramResult } from './pod/run-program.ts';
import { relateRemote, type RemoteApplication } from './remote-application.ts';
import { reviveContainers } from './revive-containers.ts';
import { Settling, type SettleOptions } from './settling.ts';

export interface LocalModelParts {
  readonly juju: SimulatedJuju;
  readonly unit: SimulatedUnit;
  readonly agent: UnitAgent;
  readonly host: PodHost;
  readonly pod: Pod;
  /** Makes another pod after the first one's end. */
  readonly startPod: () => Promise<Pod>;
  readonly folder: string;
  readonly retry: RetryDelayOptions;
  /** Containers that wait for `startContainers()`. */
  readonly held: readonly string[];
  /** Takes down what the deployment has set up besides agent and pod. */
  readonly tearDown: () => Promise<void>;
}

/**
 * A charm deployed to the local Juju: one unit in a pod of its own. Hooks run in {@link settle}
 * and at no other time, so that whoever drives the model sees every step.
 */
export class LocalModel {
  /** Where everything that the deployment writes is. */
  readonly folder: string;
  readonly host: PodHost;
  readonly #parts: LocalModelParts;
  #pod: Pod;
  #held: readonly string[];
  readonly #listeners = new Set<(event: LocalEvent) => void>();
  readonly #stopped = new AbortController();
  readonly #settling: Settling;
  #busy: Promise<unknown> = Promise.resolve();
  #disposed: Promise<void> | undefined;

  /** @internal Use `deploy()`. */
  constructor(parts: LocalModelParts) {
    this.#parts = parts;
    this.#held = parts.held;
    this.folder = parts.folder;
    this.host = parts.host;
    this.#pod = parts.pod;
    parts.juju.subscribe((event) => {
      this.#tell(event);
    });
    this.#settling = new Settling(parts.agent, parts.unit, parts.retry, {
      stopped: this.#stopped.signal,
      on: (listener) => this.on(listener),
      tell: (event) => {
        this.#tell(event);
      },
    });
    this.#watch(parts.pod);
  }

  /** The unit's pod: another one after {@link replacePod}. */
  get pod(): Pod {
    return this.#pod;
  }

  /** The unit's name, such as `pgbouncer-k8s/0`. */
  get unit(): string {
    return this.#parts.unit.name;
  }

  get application(): string {
    return this.#parts.unit.application;
  }

  /** The charm's folder, for this process to look into. */
  get charmFolder(): string {
    return this.#parts.agent.charmFolder;
  }

  /** What `juju status --relations` would show. */
  status(): StatusReport {
    return this.#parts.juju.status();
  }

  /** Calls the listener for all that happens, until the returned function is called. */
  on(listener: (event: LocalEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Runs hooks until none is due, retrying those that fail after Juju's waits.
   *
   * @returns every run, in order
   * @throws {HookFailedError} when a hook has failed as often as it may
   */
  async settle(options: SettleOptions = {}): Promise<readonly HookReport[]> {
    const settled = this.#busy.then(() => this.#settling.run(options.attempts ?? 3));
    this.#busy = settled.catch(() => undefined);
    return await settled;
  }

  /**
   * Sets options, or with undefined resets them, as `juju config` does. The next {@link settle}
   * tells the charm.
   *
   * @throws {ModelChangeError} when an option is unknown or a value has the wrong type
   */
  setConfig(changes: Readonly<Record<string, OptionValue | undefined>>): void {
    this.#parts.juju.application(this.application).setConfig(changes);
  }

  /** Makes update-status due now; the next {@link settle} runs it. */
  requestUpdateStatus(): void {
    this.#parts.unit.requestUpdateStatus();
  }

  /**
   * Runs an action as `juju run` does: as soon as the hook that runs now is over, and also while
   * the unit is in error, between a hook's retries.
   *
   * @throws {NotInModelError} when the charm has no such action
   * @throws {ModelChangeError} when the parameters are not as the action has them
   * @throws {ActionUnavailableError} before the install hook, and after {@link dispose}
   */
  async runAction(
    name: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<ActionResult> {
    const result = await this.#parts.agent.runAction(name, params);
    this.#tell({ type: 'action', at: new Date(), result });
    return result;
  }

  /** Starts the containers that were held, all of them. Resolves when each one's Pebble answers. */
  async startContainers(): Promise<void> {
    for (const container of this.#held) await this.pod.restartContainer(container);
    this.#held = [];
  }

  /**
   * Replaces the pod, as Kubernetes does when it moves a unit: stop runs in the old pod, and in the
   * new one upgrade-charm, config-changed, start and each container's pebble-ready are due. Storage
   * and what Juju's controller keeps stay; all else is gone, the charm's own files too. The charm
   * is taken from its folder as that is now.
   *
   * @throws {UnitGoneError} after {@link dispose}
   * @throws {PodSetupError} when the new pod cannot be made; the unit then has none
   */
  async replacePod(): Promise<void> {
    const report = await this.#parts.agent.replacePod(async () => {
      await this.#pod.dispose();
      this.#pod = await this.#parts.startPod();
      this.#watch(this.#pod);
      return this.#pod;
    });
    this.#held = [];
    const at = new Date();
    if (report !== undefined) this.#tell({ type: 'hook', at, report });
    this.#tell({ type: 'pod-replaced', at, address: this.#pod.address });
  }

  /**
   * Uploads a file for one of the charm's resources, as `juju attach-resource` does; the charm's
   * next resource-get finds it.
   *
   * @throws {NotInModelError} when the charm declares no such resource
   * @throws {ResourceUnreadableError} when the file cannot be read
   */
  async attachResource(name: string, file: string): Promise<void> {
    const application = this.#parts.juju.application(this.application);
    const declared = application.charm?.resources ?? {};
    const meta = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (meta === undefined) throw new NotInModelError('resource', name, Object.keys(declared));
    await this.#parts.agent.attachResource(name, file, meta.filename);
  }

  /**
   * Gives the unit more instances of a storage, as `juju add-storage` does. The next
   * {@link settle} mounts them and tells the charm.
   *
   * @returns their ids, such as `data/1`
   * @throws {ModelChangeError} when the charm does not allow that many
   */
  addStorage(name: string, count = 1): readonly string[] {
    return this.#parts.unit.addStorage(name, count);
  }

  /**
   * Adds a secret of the model's own, as `juju add-secret` does. Grant it to the charm's
   * application, and name its `uri` in an option.
   */
  addSecret(
    content: Readonly<Record<string, string>>,
    settings: SecretSettings = {},
  ): SimulatedSecret {
    return this.#parts.juju.addSecret(content, settings);
  }

  /** Every secret of the model; the charm's own can be made to rotate or to expire. */
  get secrets(): readonly SimulatedSecret[] {
    return this.#parts.juju.secrets;
  }

  /** Gives the leadership to the unit, or takes it away, as when its lease has run out. */
  setLeader(leads: boolean): void {
    this.#parts.juju.application(this.application).setLeader(leads ? this.unit : undefined);
  }

  /**
   * Relates an endpoint of the charm to an application that has no charm, and whose databags hold
   * what they are given here.
   *
   * @returns the relation, through which the remote side can be changed later
   * @throws {ModelChangeError} when the charm has no such endpoint, or it is a peer's
   */
  relate(endpoint: string, remote: RemoteApplication = {}): SimulatedRelation {
    const { juju } = this.#parts;
    const own = `${this.application}:${endpoint}`;
    return relateRemote(juju, own, { name: endpoint, ...remote }, this.host.address);
  }

  /** Begins the removal of a relation; the next {@link settle} tells the charm. */
  removeRelation(relation: SimulatedRelation): void {
    this.#parts.juju.removeRelation(relation.id);
  }

  /**
   * Runs a program in a workload container, as `juju ssh --container` does.
   *
   * @param options.user one of the image's users. Default: root.
   * @throws {UnknownContainerError} when the charm has no such container.
   */
  async exec(
    container: string,
    argv: readonly string[],
    options: { readonly user?: string } = {},
  ): Promise<ProgramResult> {
    const { command, args, env, cwd } = this.pod.containerCommand(container, argv, options);
    return await runProgram([command, ...args], { env, cwd });
  }

  /**
   * Ends a hook that is running, stops the workload, and takes the pod down. No process, mount,
   * namespace or socket is left; nor are files, unless the deployment was given a folder.
   */
  async dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    await this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#stopped.abort();
    await this.#parts.agent.close();
    await this.#busy;
    await this.pod.dispose();
    await this.#parts.tearDown();
  }

  #watch(pod: Pod): void {
    reviveContainers(pod, {
      stopped: this.#stopped.signal,
      alone: async (work) => {
        await this.#parts.agent.alone(async () => {
          if (this.#pod === pod) await work();
        });
      },
      tell: (event) => {
        this.#tell(event);
      },
    });
  }

  #tell(event: LocalEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
