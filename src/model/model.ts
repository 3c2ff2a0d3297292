import { systemClock, type Clock } from '../framework/clock.ts';
import type { Participant } from '../framework/participant.ts';
import type { JujuContext } from '../juju/context.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { credentialGet, type CloudSpec } from '../juju/tools/credential.ts';
import { goalState, type GoalState } from '../juju/tools/goal-state.ts';
import { resourceGet } from '../juju/tools/resource.ts';
import type { JujuVersion } from '../juju/version.ts';
import type { PebbleTransport } from '../pebble/transport.ts';
import { ActionRun } from './action-run.ts';
import { Application } from './application.ts';
import { Config } from './config.ts';
import type { Declarations, EndpointName, ResourceName } from './declarations.ts';
import { UndeclaredNameError } from './errors.ts';
import { Leadership } from './leadership.ts';
import { RelationWrites } from './relation-writes.ts';
import type { Relation } from './relation.ts';
import { Relations } from './relations.ts';
import { Reboot } from './reboot.ts';
import { Remembered } from './remembered.ts';
import type { SecurityLog } from './security-log.ts';
import { SecretWrites } from './secret-writes.ts';
import type { ObservedSecret } from './secret.ts';
import { Secrets, type SecretSelection } from './secrets.ts';
import { StorageRequests } from './storage-requests.ts';
import { Storages } from './storage.ts';
import { Unit } from './unit.ts';

/** What a model is made of. */
export interface ModelParts<D extends Declarations> {
  readonly context: JujuContext;
  readonly declarations: D;
  readonly tools: HookTools;
  readonly pebble: (container: string) => PebbleTransport;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** Told of denials and of stopped checks. @default nobody */
  readonly security?: SecurityLog | undefined;
}

/**
 * What a charm sees of Juju in one dispatch. Nothing is read before it is asked for, no hook tool is
 * asked twice for one answer, and databag writes leave together at the end.
 */
export class Model<D extends Declarations> {
  readonly name: string;
  readonly uuid: string;
  readonly jujuVersion: JujuVersion;
  readonly app: Application;
  readonly unit: Unit<D>;
  readonly config: Config<D['options']>;
  readonly storages: Storages<D>;
  /** @internal For events, which name relations that may be gone. */
  readonly related: Relations;
  /** The action that runs. Meaningful only in an action. */
  readonly action: ActionRun;
  /** @internal For events, which do not say who owns a secret. */
  readonly secrets: Secrets;
  readonly #leadership: Leadership;
  readonly #writes: RelationWrites;
  readonly #secretWrites: SecretWrites;
  readonly #storageRequests: StorageRequests;
  readonly #reboot: Reboot;
  readonly #goals: Remembered<GoalState>;
  readonly #cloud: Remembered<CloudSpec>;
  readonly #tools: HookTools;
  readonly #declarations: D;
  readonly #resources = new Map<string, Remembered<string>>();

  constructor(parts: ModelParts<D>) {
    const { context, declarations, tools, pebble, security } = parts;
    this.name = context.modelName;
    this.uuid = context.modelUuid;
    this.jujuVersion = context.version;
    this.#leadership = new Leadership(tools, security);
    this.#writes = new RelationWrites(tools);
    this.#secretWrites = new SecretWrites(tools, context.version);
    this.#storageRequests = new StorageRequests(tools);
    this.#reboot = new Reboot(tools);
    const secrets = new Secrets({
      tools,
      clock: parts.clock ?? systemClock,
      leadership: this.#leadership,
      writes: this.#secretWrites,
    });
    this.secrets = secrets;
    this.#goals = new Remembered(() => goalState(tools));
    this.#cloud = new Remembered(() => credentialGet(tools));
    this.#tools = tools;
    this.#declarations = declarations;
    this.related = new Relations({
      context,
      declarations,
      tools,
      leadership: this.#leadership,
      writes: this.#writes,
    });
    this.app = new Application({
      name: context.appName,
      tools,
      leadership: this.#leadership,
      secrets,
      goals: this.#goals,
    });
    this.unit = new Unit({
      name: context.unitName,
      declarations,
      tools,
      leadership: this.#leadership,
      secrets,
      reboot: this.#reboot,
      place: context,
      pebble,
      security,
    });
    this.config = new Config(tools, declarations.options, secrets);
    this.storages = new Storages(tools, declarations, this.#storageRequests);
    this.action = new ActionRun(tools);
  }

  /** What gathers writes, for the framework. */
  get participants(): readonly Participant[] {
    return [this.#writes, this.#secretWrites, this.#storageRequests, this.#reboot];
  }

  /**
   * The one relation of an endpoint; `undefined` when there is none.
   *
   * @throws {TooManyRelationsError} when there are several.
   */
  relation(endpoint: EndpointName<D>): Promise<Relation | undefined>;
  /**
   * The relation of an endpoint with an id; `undefined` for one that does not exist (any more) or
   * is of another endpoint.
   */
  relation(endpoint: EndpointName<D>, id: number): Promise<Relation | undefined>;
  async relation(endpoint: EndpointName<D>, id?: number): Promise<Relation | undefined> {
    if (id === undefined) return await this.related.one(endpoint);
    return await this.related.find(endpoint, id);
  }

  /** The relations of an endpoint by id, without one that breaks in this hook. */
  async relations(endpoint: EndpointName<D>): Promise<readonly Relation[]> {
    return await this.related.list(endpoint);
  }

  /**
   * A secret that somebody else gives this charm to read. Juju is asked when it is read. For this
   * charm's own secrets ask `unit` or `app`.
   */
  getSecret(which: SecretSelection): ObservedSecret {
    return this.secrets.observed(which);
  }

  /**
   * The path of a resource's file. Juju downloads it first where this unit does not have its newest
   * revision. Asked for once.
   *
   * @throws {HookToolError} when nobody has uploaded it.
   */
  async resource(name: ResourceName<D>): Promise<string> {
    const known = this.#resources.get(name);
    if (known !== undefined) return await known.get();
    const declared = Object.keys(this.#declarations.resources);
    if (!declared.includes(name)) throw new UndeclaredNameError('resource', name, declared);
    const resource = new Remembered(() => resourceGet(this.#tools, name));
    this.#resources.set(name, resource);
    return await resource.get();
  }

  /**
   * The cloud that the model is in, with the credential to it, for an application that the
   * administrator trusts (`juju trust`). On Kubernetes from Juju 3.6.10 on. Asked for once.
   *
   * @throws {HookToolPermissionError} when nobody trusts the application.
   */
  async cloudSpec(): Promise<CloudSpec> {
    return await this.#cloud.get();
  }

  /** The units and relations that Juju expects, also those that are not there yet. Asked for once. */
  async goalState(): Promise<GoalState> {
    return await this.#goals.get();
  }

  /** @internal Whether Juju will drop what this hook writes and run it again, after a reboot. */
  get rebootsNow(): boolean {
    return this.#reboot.isNow;
  }

  /** @internal What can only be done when everything is committed. */
  async afterCommit(): Promise<void> {
    await this.#reboot.afterCommit();
  }

  /** Closes what the model holds open. */
  async close(): Promise<void> {
    await this.unit.close();
  }
}
