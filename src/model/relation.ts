import { HookToolNotFoundError } from '../juju/errors.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import {
  relationApp,
  relationGet,
  relationList,
  relationModelGet,
  type BagOwner,
} from '../juju/tools/relation.ts';
import { Application } from './application.ts';
import { Databag, WritableDatabag } from './databag.ts';
import type { Declarations } from './declarations.ts';
import { DatabagAccessError, RelationGoneError, type DatabagPlace } from './errors.ts';
import type { Leadership } from './leadership.ts';
import type { OwnBag, RelationWrites } from './relation-writes.ts';
import { Remembered } from './remembered.ts';
import { RemoteUnit, type RemoteApplication, type Remotes } from './remote.ts';
import { Unit } from './unit.ts';

/** Which side of a relation the charm is on. */
export type RelationRole = 'peer' | 'requirer' | 'provider';

/**
 * Where a relation is in its life. `created`: nobody of the other side is there yet. `joined`:
 * somebody is. `departing`: a unit leaves in this hook. `broken`: it ends with this hook. `gone`:
 * it is no more; only a deferred relation-broken has such a relation.
 */
export type RelationPhase = 'created' | 'joined' | 'departing' | 'broken' | 'gone';

/** What the hook that runs, or a deferred event, says of a relation. */
export interface RelationFacts {
  readonly phase?: RelationPhase | undefined;
  /** The application on the other side. */
  readonly remoteApp?: string | undefined;
  /** The unit of the other side that leaves with this hook. */
  readonly departing?: string | undefined;
}

/** What a relation is made of. */
export interface RelationParts {
  readonly endpoint: string;
  readonly id: number;
  readonly role: RelationRole;
  readonly scope: 'global' | 'container';
  readonly facts: RelationFacts;
  readonly appName: string;
  readonly unitName: string;
  readonly modelUuid: string;
  readonly remotes: Remotes;
  readonly tools: HookTools;
  readonly leadership: Leadership;
  readonly writes: RelationWrites;
}

type Bag = Readonly<Record<string, string>>;
type Owner = Unit<Declarations> | Application | RemoteUnit | RemoteApplication;

/**
 * A relation: this application on one side, another one, or its own peers, on the other. In one
 * dispatch each relation is one object.
 */
export class Relation {
  /** The charm's own name for it, from metadata.yaml. */
  readonly endpoint: string;
  /** Unique in the model. */
  readonly id: number;
  readonly role: RelationRole;
  /** `container`: only units on the same machine are related, as with a subordinate. */
  readonly scope: 'global' | 'container';
  readonly #parts: RelationParts;
  readonly #remoteApp: Remembered<string>;
  readonly #units: Remembered<readonly string[]>;
  readonly #remoteModel: Remembered<string>;
  readonly #ownBags: Readonly<Record<OwnBag['kind'], OwnBag>>;
  readonly #bags = new Map<string, Databag>();

  constructor(parts: RelationParts) {
    const { endpoint, id, role, scope, tools, facts, remotes, unitName, appName } = parts;
    this.endpoint = endpoint;
    this.id = id;
    this.role = role;
    this.scope = scope;
    this.#parts = parts;
    this.#units = new Remembered(() => relationList(tools, this));
    // A unit's name tells its application, and who asks for that mostly asks for units, too.
    this.#remoteApp = new Remembered(async () => {
      const [unit] = await this.#units.get();
      return unit === undefined ? await relationApp(tools, this) : remotes.unit(unit).appName;
    });
    const known = role === 'peer' ? appName : facts.remoteApp;
    if (known !== undefined) this.#remoteApp.set(known);
    this.#remoteModel = new Remembered(async () => (await relationModelGet(tools, this)).uuid);
    if (role === 'peer') this.#remoteModel.set(parts.modelUuid);
    this.#ownBags = {
      unit: this.#ownBag('unit', unitName, { unit: unitName }),
      app: this.#ownBag('app', appName, { app: appName }),
    };
  }

  /** Whether the relation goes on: false while relation-broken runs, and once it is gone. */
  get active(): boolean {
    const { phase } = this.#parts.facts;
    return phase !== 'broken' && phase !== 'gone';
  }

  /** Where the relation is in its life. Asks Juju for units only when the hook does not tell. */
  async phase(): Promise<RelationPhase> {
    const { phase } = this.#parts.facts;
    if (phase !== undefined) return phase;
    return (await this.#units.get()).length === 0 ? 'created' : 'joined';
  }

  /**
   * The application on the other side; on a peer relation, the charm's own. Known also while it
   * has no units.
   *
   * @throws {RelationGoneError} when the relation is gone and nothing tells its application.
   */
  async remoteApp(): Promise<RemoteApplication> {
    const { facts, remotes, role } = this.#parts;
    if (facts.phase === 'gone' && facts.remoteApp === undefined && role !== 'peer') {
      throw new RelationGoneError(this.endpoint, this.id, 'name the application on the other side');
    }
    return remotes.app(await this.#remoteApp.get());
  }

  /**
   * The model that the other side is in: another one than the charm's own in a cross-model
   * relation. Juju 3.6.2. Asked for once.
   *
   * @throws {HookToolUnsupportedError} on an older Juju.
   */
  async remoteModelUuid(): Promise<string> {
    return await this.#remoteModel.get();
  }

  /**
   * The units of the other side, or the other peers, that are in the relation now. A unit that
   * leaves with this hook is not among them; its event has it, and its data can be read.
   */
  async units(): Promise<readonly RemoteUnit[]> {
    if (!this.active) return [];
    const { remotes, facts } = this.#parts;
    const names = await this.#units.get();
    return names.filter((name) => name !== facts.departing).map((name) => remotes.unit(name));
  }

  /** The charm's own databag: its unit's, or its application's, which only the leader can write. */
  data(owner: Unit<Declarations> | Application): WritableDatabag;
  /** A databag that others write. */
  data(owner: RemoteUnit | RemoteApplication): Databag;
  data(owner: Owner): Databag {
    const own = owner instanceof Unit || owner instanceof Application;
    const key = `${own ? 'own' : 'remote'} ${owner.name}`;
    const known = this.#bags.get(key);
    if (known !== undefined) return known;
    const bag = own
      ? this.#writable(this.#ownBags[owner instanceof Unit ? 'unit' : 'app'])
      : this.#remote(owner);
    this.#bags.set(key, bag);
    return bag;
  }

  #ownBag(kind: OwnBag['kind'], name: string, owner: BagOwner): OwnBag {
    return { relation: this, kind, place: this.#place(name), held: this.#held(owner) };
  }

  #writable(bag: OwnBag): WritableDatabag {
    const { leadership, writes, facts } = this.#parts;
    const where = `the application's data in relation ${this.endpoint}:${this.id}`;
    return new WritableDatabag({
      place: bag.place,
      read: () => this.#readOwn(bag),
      admit: async () => {
        if (facts.phase === 'gone') {
          throw new RelationGoneError(
            this.endpoint,
            this.id,
            `write the data of ${bag.place.owner}`,
          );
        }
        if (bag.kind === 'app') await leadership.need(`write ${where}`);
      },
      write: (changes) => writes.write(bag, changes),
    });
  }

  async #readOwn(bag: OwnBag): Promise<Bag> {
    if (this.#parts.facts.phase === 'gone') return {};
    if (bag.kind === 'app' && this.role !== 'peer') {
      await this.#parts.leadership.need(
        `read the application's data in relation ${this.endpoint}:${this.id}`,
      );
    }
    return await this.#parts.writes.read(bag);
  }

  #remote(owner: RemoteUnit | RemoteApplication): Databag {
    const { name } = owner;
    const place = this.#place(name);
    const { unit, app } = this.#ownBags;
    // Peers share the application's databag, and a write of this unit shows in it at once.
    const own = [unit, app].find((bag) => bag.place.owner === name);
    if (own !== undefined && this.role === 'peer') {
      return new Databag(place, () => this.#readOwn(own));
    }
    const held = this.#held(owner instanceof RemoteUnit ? { unit: name } : { app: name });
    return new Databag(place, async () => {
      this.#admitReader(place, owner instanceof RemoteUnit ? owner.appName : name);
      return await held.get();
    });
  }

  /** Refuses what Juju refuses: the data of somebody who is not on the other side. */
  #admitReader(place: DatabagPlace, app: string): void {
    const { appName, facts } = this.#parts;
    if (this.role !== 'peer' && app === appName) {
      throw new DatabagAccessError(
        'read',
        place,
        'it belongs to this application, and Juju shows peers each other’s data in peer relations only.',
      );
    }
    const expected = this.role === 'peer' ? appName : facts.remoteApp;
    if (expected !== undefined && app !== expected) {
      throw new DatabagAccessError('read', place, `the other side is ${expected}.`);
    }
  }

  #place(owner: string): DatabagPlace {
    return { endpoint: this.endpoint, relationId: this.id, owner };
  }

  #held(owner: BagOwner): Remembered<Bag> {
    const { tools, facts } = this.#parts;
    return new Remembered(async () => {
      if (facts.phase === 'gone') return {};
      try {
        return await relationGet(tools, this, owner);
      } catch (error) {
        // A relation that breaks may be away before its last hook has run.
        if (facts.phase === 'broken' && error instanceof HookToolNotFoundError) return {};
        throw error;
      }
    });
  }
}
