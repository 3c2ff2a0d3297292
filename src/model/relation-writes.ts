import type { Participant } from '../framework/participant.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { relationSet, type RelationRef } from '../juju/tools/relation.ts';
import type { DatabagChanges } from './databag.ts';
import { DatabagValueError, type DatabagPlace } from './errors.ts';
import type { Remembered } from './remembered.ts';

type Bag = Readonly<Record<string, string>>;

/** A databag that this unit may write. */
export interface OwnBag {
  readonly relation: RelationRef;
  readonly kind: 'unit' | 'app';
  readonly place: DatabagPlace;
  /** What Juju holds. */
  readonly held: Remembered<Bag>;
}

/**
 * The databag writes of a dispatch. They leave when all handlers are done, as one `relation-set`
 * for each bag that changes; a bag that would hold what it holds already is left alone.
 */
export class RelationWrites implements Participant {
  readonly #tools: HookTools;
  /** Never changed in place, so that a savepoint is one reference. */
  #gathered: ReadonlyMap<OwnBag, Bag> = new Map();

  constructor(tools: HookTools) {
    this.#tools = tools;
  }

  /** What a read sees: what Juju holds, with the gathered changes over it. */
  async read(bag: OwnBag): Promise<Bag> {
    const held = await bag.held.get();
    const changes = this.#gathered.get(bag);
    if (changes === undefined) return held;
    const entries = Object.entries({ ...held, ...changes });
    return Object.fromEntries(entries.filter(([, value]) => value !== ''));
  }

  /** Gathers changes. */
  write(bag: OwnBag, changes: DatabagChanges): void {
    const merged: Record<string, string> = { ...this.#gathered.get(bag) };
    for (const [key, value] of Object.entries(changes)) merged[key] = value ?? '';
    checkSize(bag.place, merged);
    this.#gathered = new Map(this.#gathered).set(bag, merged);
    bag.held.prepare();
  }

  savepoint(): () => void {
    const gathered = this.#gathered;
    return () => {
      this.#gathered = gathered;
    };
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#gathered].map(([bag, changes]) => this.#send(bag, changes)));
    this.#gathered = new Map();
  }

  async #send(bag: OwnBag, changes: Bag): Promise<void> {
    const held = await bag.held.get();
    const differing = Object.entries(changes).filter(([key, value]) => (held[key] ?? '') !== value);
    if (differing.length === 0) return;
    checkSize(bag.place, await this.read(bag));
    await relationSet(this.#tools, bag.relation, bag.kind, Object.fromEntries(differing));
    bag.held.set(await this.read(bag));
  }
}

/** What Juju takes of keys and values together. It says so only when the hook is over. */
const mostBytes = 16 * 1024 * 1024;

function checkSize(place: DatabagPlace, bag: Bag): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(bag)) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > mostBytes) {
    throw new DatabagValueError(
      place,
      `it would hold ${bytes} bytes, and Juju takes ${mostBytes}. Give the other side a place to fetch it from.`,
    );
  }
}
