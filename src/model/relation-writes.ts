import type { Participant } from '../framework/participant.ts';
import { UndoJournal } from '../framework/undo-journal.ts';
import type { HookTools } from '../juju/hook-tool.ts';
import { relationSet, type RelationRef } from '../juju/tools/relation.ts';
import { BagChanges } from './bag-changes.ts';
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
  readonly #gathered = new Map<OwnBag, BagChanges>();
  readonly #journal = new UndoJournal();

  constructor(tools: HookTools) {
    this.#tools = tools;
  }

  /** What a read sees: what Juju holds, with the gathered changes over it. */
  async read(bag: OwnBag): Promise<Bag> {
    const held = await bag.held.get();
    return this.#gathered.get(bag)?.over(held) ?? held;
  }

  /** Gathers changes. */
  write(bag: OwnBag, changes: DatabagChanges): void {
    const gathered = this.#gathered.get(bag) ?? new BagChanges(this.#journal);
    checkSize(bag.place, gathered.bytesWith(changes));
    this.#gathered.set(bag, gathered);
    gathered.add(changes);
    bag.held.prepare();
  }

  savepoint(): () => void {
    return this.#journal.savepoint();
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#gathered].map(([bag, changes]) => this.#send(bag, changes)));
    this.#gathered.clear();
    this.#journal.clear();
  }

  async #send(bag: OwnBag, changes: BagChanges): Promise<void> {
    if (changes.isEmpty) return;
    const held = await bag.held.get();
    const differing = changes.differing(held);
    if (Object.keys(differing).length === 0) return;
    const after = changes.over(held);
    checkSize(bag.place, bytesOf(after));
    await relationSet(this.#tools, bag.relation, bag.kind, differing);
    bag.held.set(after);
  }
}

/** What Juju takes of keys and values together. It says so only when the hook is over. */
const mostBytes = 16 * 1024 * 1024;

function checkSize(place: DatabagPlace, bytes: number): void {
  if (bytes <= mostBytes) return;
  throw new DatabagValueError(
    place,
    `it would hold ${bytes} bytes, and Juju takes ${mostBytes}. Give the other side a place to fetch it from.`,
  );
}

function bytesOf(bag: Bag): number {
  let bytes = 0;
  for (const [key, value] of Object.entries(bag)) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  return bytes;
}
