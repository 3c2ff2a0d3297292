import type { HookTools } from '../juju/hook-tool.ts';
import { relationApp, relationGet, relationList, type BagOwner } from '../juju/tools/relation.ts';
import { Application } from './application.ts';
import { Databag, WritableDatabag, type DatabagChanges } from './databag.ts';
import type { Declarations } from './declarations.ts';
import type { Leadership } from './leadership.ts';
import type { OwnBag, RelationWrites } from './relation-writes.ts';
import { Remembered } from './remembered.ts';
import { RemoteApplication, RemoteUnit } from './remote.ts';
import { Unit } from './unit.ts';

/** What a relation is made of. */
export interface RelationParts {
  readonly endpoint: string;
  readonly id: number;
  /** The application on the other side, where it is known without asking. */
  readonly remoteApp: string | undefined;
  readonly tools: HookTools;
  readonly leadership: Leadership;
  readonly writes: RelationWrites;
}

/** A relation: this application on one side, another one, or its own peers, on the other. */
export class Relation {
  /** The charm's own name for it, from metadata.yaml. */
  readonly endpoint: string;
  /** Unique in the model. */
  readonly id: number;
  readonly #parts: RelationParts;
  readonly #remoteApp: Remembered<string>;
  readonly #units: Remembered<readonly string[]>;
  readonly #bags = new Map<string, Databag>();

  constructor(parts: RelationParts) {
    const { endpoint, id, tools } = parts;
    this.endpoint = endpoint;
    this.id = id;
    this.#parts = parts;
    this.#remoteApp = new Remembered(() => relationApp(tools, this));
    if (parts.remoteApp !== undefined) this.#remoteApp.set(parts.remoteApp);
    this.#units = new Remembered(() => relationList(tools, this));
  }

  /** The application on the other side; on a peer relation, the charm's own. */
  async remoteApp(): Promise<RemoteApplication> {
    return new RemoteApplication(await this.#remoteApp.get());
  }

  /** The units of the other side, or the other peers, that are in the relation now. */
  async units(): Promise<readonly RemoteUnit[]> {
    return (await this.#units.get()).map((name) => new RemoteUnit(name));
  }

  /** The charm's own databag: its unit's, or its application's, which only the leader can write. */
  data(owner: Unit<Declarations> | Application): WritableDatabag;
  /** A databag that others write. */
  data(owner: RemoteUnit | RemoteApplication): Databag;
  data(owner: Unit<Declarations> | Application | RemoteUnit | RemoteApplication): Databag {
    const key = `${owner instanceof Unit || owner instanceof Application ? 'own' : 'remote'} ${owner.name}`;
    const known = this.#bags.get(key);
    if (known !== undefined) return known;
    const bag = this.#open(owner);
    this.#bags.set(key, bag);
    return bag;
  }

  #open(owner: Unit<Declarations> | Application | RemoteUnit | RemoteApplication): Databag {
    const place = { endpoint: this.endpoint, relationId: this.id, owner: owner.name };
    if (owner instanceof Unit) return this.#own(place, 'unit', { unit: owner.name });
    if (owner instanceof Application) return this.#own(place, 'app', { app: owner.name });
    const held = this.#held(
      owner instanceof RemoteUnit ? { unit: owner.name } : { app: owner.name },
    );
    return new Databag(place, () => held.get());
  }

  #own(
    place: ConstructorParameters<typeof Databag>[0],
    kind: OwnBag['kind'],
    owner: BagOwner,
  ): WritableDatabag {
    const { leadership, writes } = this.#parts;
    const bag: OwnBag = { relation: this, kind, held: this.#held(owner) };
    const write = async (changes: DatabagChanges): Promise<void> => {
      if (kind === 'app') {
        await leadership.need(
          `write the application's data in relation ${this.endpoint}:${this.id}`,
        );
      }
      writes.write(bag, changes);
    };
    return new WritableDatabag(place, () => writes.read(bag), write);
  }

  #held(owner: BagOwner): Remembered<Readonly<Record<string, string>>> {
    return new Remembered(() => relationGet(this.#parts.tools, this, owner));
  }
}
