import type { EndpointRole } from './charm-definition.ts';
import { ModelChangeError, NotInModelError } from './errors.ts';
import type { DataChanges } from './state/databag.ts';
import type { ModelState } from './state/model-state.ts';
import { isPeer, unitBag, type RelationSide, type RelationState } from './state/relation-state.ts';

/** One application's part in a relation. */
export interface RelationEnd {
  readonly app: string;
  readonly endpoint: string;
  readonly role: EndpointRole;
}

/** One relation of the simulated model, seen from outside: for scripts, tests and tables. */
export class SimulatedRelation {
  readonly #model: ModelState;
  readonly #state: RelationState;

  /** @internal Use `juju.relate()`. */
  constructor(model: ModelState, state: RelationState) {
    this.#model = model;
    this.#state = state;
  }

  get id(): number {
    return this.#state.id;
  }

  get interface(): string {
    return this.#state.interface;
  }

  get isPeer(): boolean {
    return isPeer(this.#state);
  }

  /** The ends: one of a peer relation, else two. */
  get ends(): readonly RelationEnd[] {
    return this.#state.sides.map(({ app, endpoint, role }) => ({ app, endpoint, role }));
  }

  /** False once its removal has begun. */
  get alive(): boolean {
    return this.#state.life === 'alive';
  }

  /** Whether it is suspended. */
  get suspended(): boolean {
    return this.#state.suspended;
  }

  /** `juju suspend-relation`: its units hear departed and broken, as if it were removed. */
  suspend(): void {
    this.#state.suspended = true;
  }

  /** `juju resume-relation`: its units join again, without another created. */
  resume(): void {
    this.#state.suspended = false;
    for (const side of this.#state.sides) {
      for (const unit of this.#model.applications.get(side.app)?.units.values() ?? []) {
        const view = unit.views.get(this.id);
        if (view === undefined) continue;
        view.broken = false;
        side.inScope.add(unit.name);
      }
    }
  }

  /** Units of an application that are in the relation now. */
  units(app: string): string[] {
    return [...this.#side(app).inScope].sort();
  }

  /** What the bag of an application or a unit holds, committed data only. */
  data(owner: string): Record<string, string> {
    const side = this.#side(appOf(owner));
    return owner === side.app ? side.appBag.read() : (side.unitBags.get(owner)?.read() ?? {});
  }

  /**
   * Writes to the bag of an application or a unit as if it had done so itself.
   *
   * @throws {NotInModelError} when there is no such application in the relation, or no such unit
   * @throws {ModelChangeError} when a value is no text
   */
  update(owner: string, changes: DataChanges): void {
    const side = this.#side(appOf(owner));
    this.#mayWrite(side, owner, changes);
    const bag = owner === side.app ? side.appBag : unitBag(side, owner);
    if (!bag.apply(changes)) return;
    const at = this.#model.clock.now();
    this.#model.emit({ type: 'databag', at, relationId: this.id, owner });
  }

  #mayWrite({ app, unitBags }: RelationSide, owner: string, changes: DataChanges): void {
    const units = this.#model.applications.get(app)?.units;
    if (owner !== app && units?.has(owner) !== true && !unitBags.has(owner)) {
      throw new NotInModelError('unit', owner, [...(units?.keys() ?? [])]);
    }
    const entries: [string, unknown][] = Object.entries(changes);
    const odd = entries.find(([, value]) => value !== undefined && typeof value !== 'string');
    if (odd === undefined) return;
    throw new ModelChangeError(
      `write the data of ${owner}`,
      `the value of ${JSON.stringify(odd[0])} is no text`,
    );
  }

  #side(app: string): RelationSide {
    const side = this.#state.sides.find((candidate) => candidate.app === app);
    if (side === undefined) {
      const known = this.#state.sides.map((end) => end.app);
      throw new NotInModelError(`application in relation ${this.id}`, app, known);
    }
    return side;
  }
}

function appOf(owner: string): string {
  return owner.split('/', 1)[0] ?? owner;
}
