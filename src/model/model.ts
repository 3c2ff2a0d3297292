import type { Participant } from '../framework/participant.ts';
import type { JujuContext } from '../juju/context.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import type { JujuVersion } from '../juju/version.ts';
import type { PebbleTransport } from '../pebble/transport.ts';
import { ActionRun } from './action-run.ts';
import { Application } from './application.ts';
import { Config } from './config.ts';
import type { Declarations, EndpointName } from './declarations.ts';
import { Leadership } from './leadership.ts';
import { RelationWrites } from './relation-writes.ts';
import type { Relation } from './relation.ts';
import { Relations } from './relations.ts';
import { Storages } from './storage.ts';
import { Unit } from './unit.ts';

/** What a model is made of. */
export interface ModelParts<D extends Declarations> {
  readonly context: JujuContext;
  readonly declarations: D;
  readonly tools: HookTools;
  readonly pebble: (container: string) => PebbleTransport;
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
  readonly storages: Storages;
  /** @internal For events, which name relations that may be gone. */
  readonly related: Relations;
  /** The action that runs. Meaningful only in an action. */
  readonly action: ActionRun;
  readonly #leadership: Leadership;
  readonly #writes: RelationWrites;

  constructor(parts: ModelParts<D>) {
    const { context, declarations, tools, pebble } = parts;
    this.name = context.modelName;
    this.uuid = context.modelUuid;
    this.jujuVersion = context.version;
    this.#leadership = new Leadership(tools);
    this.#writes = new RelationWrites(tools);
    this.related = new Relations({
      context,
      declarations,
      tools,
      leadership: this.#leadership,
      writes: this.#writes,
    });
    this.app = new Application(context.appName, tools, this.#leadership);
    this.unit = new Unit({
      name: context.unitName,
      declarations,
      tools,
      leadership: this.#leadership,
      pebble,
    });
    this.config = new Config(tools, declarations.options);
    this.storages = new Storages(tools);
    this.action = new ActionRun(tools);
  }

  /** What gathers writes, for the framework. */
  get participants(): readonly Participant[] {
    return [this.#writes];
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

  /** Closes what the model holds open. */
  async close(): Promise<void> {
    await this.unit.close();
  }
}
