import type { Charm, CharmClass } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { CloudSpec } from '../../juju/tools/credential.ts';
import type { OptionValue } from '../../simulator/charm-definition.ts';
import type { Status } from '../../simulator/status.ts';
import { NotDeclaredError } from '../errors.ts';
import type { HookToolFault } from '../hook-tool-calls.ts';
import type { ActionName, ConfigChanges } from '../names.ts';
import type { ActionResult } from '../run-result.ts';
import { throwFailure } from '../throw-failure.ts';
import type { HarnessOptions } from './options.ts';
import { PodHarness } from './pod.ts';

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
export class Harness<M extends CharmMeta, C extends Charm<M> = Charm<M>> extends PodHarness<M, C> {
  constructor(charmClass: CharmClass<M, C>, options: HarnessOptions<M, C> = {}) {
    super(charmClass, options);
    this.app.setConfig(this.#declaredConfig(options.config ?? {}));
  }

  /** What `juju status` shows of the unit, and what the leader set for the application. */
  get status(): { readonly unit: Status; readonly app: Status } {
    return { unit: this.unit.status, app: this.app.status };
  }

  /** The workload's version as the charm reported it. */
  get workloadVersion(): string | undefined {
    return this.app.version;
  }

  /** Open ports, such as `6432/tcp`. */
  get openedPorts(): readonly string[] {
    return this.unit.ports;
  }

  /** How often the charm has had its machine boot anew. */
  get rebootCount(): number {
    return this.unit.reboots;
  }

  /**
   * Runs an action, as `juju run` does. One that fails by its own word is a result, not an error.
   *
   * @throws whatever the charm's handler threw
   * @throws {ModelChangeError} when the parameters are not as the action has them
   * @throws {HarnessStateError} before the unit has begun
   */
  async runAction(
    action: ActionName<M>,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<ActionResult> {
    this.requireBegun(`run the action ${action}`);
    const result = await this.charmed.runner.runAction(action, params);
    throwFailure(result.run);
    return result;
  }

  /** Gives the unit the leadership, or takes it away. */
  async setLeader(leader = true): Promise<void> {
    this.app.setLeader(leader ? this.unitName : undefined);
    await this.settle();
  }

  /** Sets options; undefined puts one back to its default. */
  async updateConfig(changes: ConfigChanges<M>): Promise<void> {
    this.app.setConfig(this.#declaredConfig(changes));
    await this.settle();
  }

  /**
   * Trusts the application, as `juju trust` does: from now on credential-get answers, on Kubernetes
   * only from Juju 3.6.10 on. config-changed comes.
   *
   * @param spec the cloud. Default: one that fits the model, with a credential that opens nothing.
   */
  async setCloudSpec(spec?: CloudSpec): Promise<void> {
    this.app.trust(spec);
    await this.settle();
  }

  /** Has a hook tool fail. @returns a function that takes the fault back */
  failHookTool(tool: string, fault: HookToolFault = {}): () => void {
    return this.charmed.hookToolFaults.add(tool, fault);
  }

  #declaredConfig(changes: ConfigChanges<M>): Record<string, OptionValue | undefined> {
    const values: Record<string, OptionValue | undefined> = { ...changes };
    for (const name of Object.keys(values)) {
      if (!(name in this.meta.options)) {
        throw new NotDeclaredError('option', name, Object.keys(this.meta.options));
      }
    }
    return values;
  }
}
