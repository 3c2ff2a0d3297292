import type { Participant } from '../framework/participant.ts';
import type { JujuContext } from '../juju/context.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { relationIds } from '../juju/tools/relation.ts';
import type { JujuVersion } from '../juju/version.ts';
import type { PebbleTransport } from '../pebble/transport.ts';
import { ActionRun } from './action-run.ts';
import { Application } from './application.ts';
import { Config } from './config.ts';
import type { Declarations, EndpointName } from './declarations.ts';
import { TooManyRelationsError, UndeclaredNameError } from './errors.ts';
import { Leadership } from './leadership.ts';
import { RelationWrites } from './relation-writes.ts';
import { Relation } from './relation.ts';
import { Remembered } from './remembered.ts';
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
  /** The action that runs. Meaningful only in an action. */
  readonly action: ActionRun;
  readonly #parts: ModelParts<D>;
  readonly #leadership: Leadership;
  readonly #writes: RelationWrites;
  readonly #ids = new Map<string, Remembered<readonly number[]>>();
  readonly #relations = new Map<string, Relation>();

  constructor(parts: ModelParts<D>) {
    const { context, declarations, tools, pebble } = parts;
    this.#parts = parts;
    this.name = context.modelName;
    this.uuid = context.modelUuid;
    this.jujuVersion = context.version;
    this.#leadership = new Leadership(tools);
    this.#writes = new RelationWrites(tools);
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
  async relation(endpoint: EndpointName<D>): Promise<Relation | undefined> {
    const ids = await this.relationIds(endpoint);
    const [id] = ids;
    if (ids.length > 1) throw new TooManyRelationsError(endpoint, ids);
    return id === undefined ? undefined : this.relationById(endpoint, id);
  }

  /** The relations of an endpoint by id, without one that is being broken by this hook. */
  async relations(endpoint: EndpointName<D>): Promise<readonly Relation[]> {
    const ids = await this.relationIds(endpoint);
    return ids.map((id) => this.relationById(endpoint, id));
  }

  /** A relation as its hook names it. Whether it still exists shows when it is used. */
  relationById(endpoint: string, id: number): Relation {
    const key = `${endpoint}:${id}`;
    const known = this.#relations.get(key);
    if (known !== undefined) return known;
    const { context, declarations, tools } = this.#parts;
    const { hook } = context;
    const hooked =
      hook.family === 'relation' && hook.relationId === id ? hook.remoteApp : undefined;
    const relation = new Relation({
      endpoint,
      id,
      remoteApp: Object.hasOwn(declarations.peers, endpoint) ? context.appName : hooked,
      tools,
      leadership: this.#leadership,
      writes: this.#writes,
    });
    this.#relations.set(key, relation);
    return relation;
  }

  /** The ids of an endpoint's relations, without one that is being broken by this hook. */
  async relationIds(endpoint: string): Promise<readonly number[]> {
    const { context, declarations, tools } = this.#parts;
    const { peers, requires, provides } = declarations;
    const declared = [peers, requires, provides].flatMap((section) => Object.keys(section));
    if (!declared.includes(endpoint)) throw new UndeclaredNameError('relation', endpoint, declared);
    let remembered = this.#ids.get(endpoint);
    if (remembered === undefined) {
      remembered = new Remembered(() => relationIds(tools, endpoint));
      this.#ids.set(endpoint, remembered);
    }
    const { hook } = context;
    const broken =
      hook.family === 'relation' && hook.name.endsWith('-relation-broken')
        ? hook.relationId
        : undefined;
    return (await remembered.get()).filter((id) => id !== broken);
  }

  /** Closes what the model holds open. */
  async close(): Promise<void> {
    await this.unit.close();
  }
}
