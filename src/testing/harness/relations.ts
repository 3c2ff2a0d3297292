import type { Charm } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import { endpointsOf } from '../../simulator/charm-definition.ts';
import { HarnessStateError, NotDeclaredError } from '../errors.ts';
import { relationFor } from '../event-hook.ts';
import type { EndpointName } from '../names.ts';
import { newRelation, newRemoteUnit } from '../relation-changes.ts';
import type { BagChanges, RelationSetup } from '../relation-setup.ts';
import { HarnessCore } from './core.ts';

/** Relations of the unit under test, and the units beside it. */
export abstract class RelationHarness<M extends CharmMeta, C extends Charm<M>> extends HarnessCore<
  M,
  C
> {
  readonly #planned: string[] = [];

  /**
   * Relates an endpoint to another application. A peer relation is there from the start: adding it
   * only fills in its data.
   *
   * @returns the relation's id
   */
  async addRelation(
    endpoint: EndpointName<M>,
    remoteApp: string,
    setup: RelationSetup = {},
  ): Promise<number> {
    const relation = newRelation(this.juju, this.app, endpoint, remoteApp);
    const { appData = {}, units = {} } = setup;
    relation.update(remoteApp, appData);
    for (const [name, data] of Object.entries(units)) {
      newRemoteUnit(this.juju, relation.id, name, data);
    }
    await this.settle();
    return relation.id;
  }

  /** The id of an endpoint's only relation, such as a peer relation. */
  relationId(endpoint: EndpointName<M>): number {
    const declared = [...endpointsOf(this.meta).keys()];
    if (!declared.includes(endpoint)) throw new NotDeclaredError('endpoint', endpoint, declared);
    return relationFor({ juju: this.juju, app: this.appName }, endpoint).id;
  }

  /** Adds a remote unit to a relation, or on a peer relation a unit of the charm's application. */
  async addRelationUnit(id: number, unit: string, data: BagChanges = {}): Promise<void> {
    newRemoteUnit(this.juju, id, unit, data);
    await this.settle();
  }

  /**
   * Removes a unit, from all relations of its application.
   *
   * @throws {HarnessStateError} when it is not in that relation
   */
  async removeRelationUnit(id: number, unit: string): Promise<void> {
    const app = unit.split('/', 1)[0] ?? unit;
    const members = this.juju.relation(id).ends.some((end) => end.app === app)
      ? this.juju.relation(id).units(app)
      : [];
    if (unit === this.unitName || !members.includes(unit)) {
      throw new HarnessStateError(
        `cannot remove ${unit} from relation ${id}: its other units are ${members.filter((name) => name !== this.unitName).join(', ') || 'none'}. Name one of them.`,
      );
    }
    this.juju.application(app).removeUnit(unit);
    await this.settle();
  }

  /** Changes the data of an application or a unit, as if it had done so itself. */
  async updateRelationData(id: number, owner: string, changes: BagChanges): Promise<void> {
    this.juju.relation(id).update(owner, changes);
    await this.settle();
  }

  /** The committed data of an application or a unit. */
  getRelationData(id: number, owner: string): Readonly<Record<string, string>> {
    return this.juju.relation(id).data(owner);
  }

  async removeRelation(id: number): Promise<void> {
    this.juju.removeRelation(id);
    await this.settle();
  }

  /**
   * Says how many units the application is to have. Those beyond the ones that are there have not
   * come yet: no relation has them.
   *
   * @throws {HarnessStateError} when more units are there already, or it is not a number of units
   */
  setPlannedUnits(count: number): void {
    this.resetPlannedUnits();
    const there = this.app.units.length;
    if (!Number.isInteger(count) || count < there) {
      throw new HarnessStateError(
        `cannot plan ${count} units: ${there} are there. Remove units with removeRelationUnit(), or give a whole number from ${there} on.`,
      );
    }
    while (this.app.units.length < count) this.#planned.push(this.app.addUnit().name);
  }

  /** Plans no more units than are there. */
  resetPlannedUnits(): void {
    for (const name of this.#planned.splice(0)) this.app.removeUnit(name);
  }
}
