import type { CharmMeta } from '../charm/metadata.ts';
import type { CloudSpec } from '../juju/tools/credential.ts';
import type { OptionValue } from './charm-definition.ts';
import { defaultCloud } from './default-cloud.ts';
import { ModelChangeError, NotInModelError } from './errors.ts';
import { bury } from './resolver/settle-hook.ts';
import { configRefusal, effectiveConfig } from './rules/config.ts';
import { moveLeadership } from './rules/leadership.ts';
import { enterScopes, forgetBags } from './rules/scope.ts';
import { addStorage, giveStorage } from './rules/storage.ts';
import { storageCountRefusal, storageRange } from './rules/storage-count.ts';
import { detachedStorage } from './unit-storage.ts';
import { newUnit, type UnitOptions } from './new-unit.ts';
import { SimulatedUnit } from './simulated-unit.ts';
import type { ApplicationState, ModelState } from './state/model-state.ts';
import type { PodSpec } from './state/pod-spec.ts';
import type { UnitState } from './state/unit-state.ts';
import { gravest, type SettableStatus, type Status } from './status.ts';

/** One application of the simulated model, as its operator handles it. */
export class SimulatedApplication {
  readonly #model: ModelState;
  readonly #state: ApplicationState;
  readonly #units = new Map<UnitState, SimulatedUnit>();

  /** @internal Use `juju.addApplication()`. */
  constructor(model: ModelState, state: ApplicationState) {
    this.#model = model;
    this.#state = state;
  }

  get name(): string {
    return this.#state.name;
  }

  /** Undefined for an application that a script plays. */
  get charm(): CharmMeta | undefined {
    return this.#state.charm;
  }

  /** Living and dying units, by number. */
  get units(): SimulatedUnit[] {
    return [...this.#state.units.values()].map((unit) => this.#facade(unit));
  }

  /** The name of the unit that leads, if any does. */
  get leader(): string | undefined {
    return this.#state.leader;
  }

  /** What the leader set, or else the gravest of the units' statuses. */
  get status(): Status {
    const statuses = this.units.map((unit) => unit.status);
    return this.#state.status ?? gravest(statuses, this.#model.clock.now());
  }

  get version(): string | undefined {
    return this.#state.version;
  }

  /** Every declared option with its value now. */
  get config(): Readonly<Record<string, OptionValue | undefined>> {
    return Object.fromEntries(effectiveConfig(this.#state));
  }

  /** @throws {NotInModelError} */
  unit(name: string): SimulatedUnit {
    const unit = this.#state.units.get(name);
    if (unit === undefined) throw new NotInModelError('unit', name, [...this.#state.units.keys()]);
    return this.#facade(unit);
  }

  /**
   * Adds a unit. With an automatic election the first one that has a charm takes the leadership.
   *
   * @throws {ModelChangeError} when there is a unit of that number, or its storage is not as the
   * charm has it
   */
  addUnit(options: UnitOptions = {}): SimulatedUnit {
    const { number = this.#state.nextUnit } = options;
    const unit = newUnit(this.#model, this.#state, number, options);
    const before = this.#state.units.get(unit.name);
    if (before !== undefined && before.life !== 'dead') {
      throw new ModelChangeError(`add the unit ${unit.name}`, 'the model has one of that name');
    }
    if (before !== undefined) forgetBags(this.#model, before);
    if (unit.charmed) this.#equip(unit, options);
    this.#state.nextUnit = Math.max(this.#state.nextUnit, number + 1);
    this.#state.units.set(unit.name, unit);
    const electable = this.#state.election === 'automatic' && options.scripted !== true;
    if (electable && this.#state.leader === undefined) {
      moveLeadership(this.#model, this.name, unit.name);
    }
    if (!unit.charmed) enterScopes(this.#model, unit);
    return this.#facade(unit);
  }

  /** Marks a unit as dying; its last hooks are then due. A scripted unit goes at once. */
  removeUnit(name: string): void {
    const unit = this.#state.units.get(name);
    if (unit === undefined) throw new NotInModelError('unit', name, [...this.#state.units.keys()]);
    unit.life = 'dying';
    if (unit.charmed && unit.installed) return;
    bury(this.#model, unit);
    this.#state.units.delete(name);
  }

  /** Moves the leadership to a unit, or takes it from all. */
  setLeader(unit: string | undefined): void {
    if (unit !== undefined) this.unit(unit);
    moveLeadership(this.#model, this.name, unit);
  }

  /**
   * Sets options, or with undefined resets them to their defaults. Units hear of it only if a
   * value differs from before.
   *
   * @throws {ModelChangeError} when an option is unknown or a value has the wrong type
   */
  setConfig(changes: Readonly<Record<string, OptionValue | undefined>>): void {
    const before = JSON.stringify([...effectiveConfig(this.#state)]);
    for (const [name, value] of Object.entries(changes)) {
      if (this.#state.charm === undefined || value === undefined) continue;
      const refusal = configRefusal(this.#state.charm, name, value);
      if (refusal !== undefined) throw new ModelChangeError(`configure ${this.name}`, refusal);
    }
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) this.#state.config.delete(name);
      else this.#state.config.set(name, value);
    }
    if (JSON.stringify([...effectiveConfig(this.#state)]) === before) return;
    this.#state.configVersion += 1;
    const at = this.#model.clock.now();
    this.#model.emit({ type: 'config', at, application: this.name });
  }

  /**
   * Says where a resource of the charm is, as `juju attach-resource` uploads it.
   *
   * @param path absolute, as the charm's unit sees it
   * @throws {NotInModelError} when the charm declares no such resource
   */
  attachResource(name: string, path: string): void {
    const declared = Object.keys(this.#state.charm?.resources ?? {});
    if (!declared.includes(name)) throw new NotInModelError('resource', name, declared);
    this.#state.resources.set(name, path);
  }

  /**
   * `juju trust`: its charm may ask for its cloud with credential-get. Its units hear a
   * config-changed.
   *
   * @param cloud what it is told. Default: one that fits the type of the model, with a credential
   * that opens nothing.
   */
  trust(cloud: CloudSpec = defaultCloud(this.#model.type)): void {
    this.#state.cloud = cloud;
    this.#state.configVersion += 1;
  }

  /** `juju trust --remove` */
  distrust(): void {
    if (this.#state.cloud === undefined) return;
    this.#state.cloud = undefined;
    this.#state.configVersion += 1;
  }

  /** The pods of a charm of the older kind: what k8s-spec-set or k8s-raw-set said last. */
  get podSpec(): PodSpec | undefined {
    return this.#state.podSpec;
  }

  /** Sets the status of an application that a script plays. */
  setStatus(status: SettableStatus, message = ''): void {
    const at = this.#model.clock.now();
    this.#state.status = { status, message, since: at };
    const event = { type: 'application-status', at, application: this.name } as const;
    this.#model.emit({ ...event, status: this.#state.status });
  }

  /** Gives a new unit the storage that it begins with. */
  #equip(unit: UnitState, { storage = {}, attachStorage = [] }: UnitOptions): void {
    const change = `add the unit ${unit.name}`;
    const declared = Object.entries(this.#state.charm?.storage ?? {});
    const taken = attachStorage.map((id) => detachedStorage(this.#model, this.#state, id));
    for (const name of Object.keys(storage)) {
      if (declared.some(([known]) => known === name)) continue;
      throw new NotInModelError(
        'storage',
        name,
        declared.map(([known]) => known),
      );
    }
    const counts = declared.map(([name, meta]) => {
      const given = taken.filter((instance) => instance.name === name).length;
      const range = storageRange(meta);
      const count = Math.max(storage[name] ?? range.min - given, 0);
      const refusal = storageCountRefusal(range, 0, given + count);
      if (refusal !== undefined) throw new ModelChangeError(change, `${name}: ${refusal}`);
      return { name, meta, count };
    });
    for (const { name, meta, count } of counts) {
      const own = taken.filter((instance) => instance.name === name);
      for (const instance of own) giveStorage(unit, instance, meta);
      addStorage(this.#model, this.#state, unit, name, count);
    }
  }

  #facade(state: UnitState): SimulatedUnit {
    const existing = this.#units.get(state);
    if (existing !== undefined) return existing;
    const unit = new SimulatedUnit(this.#model, this.#state, state);
    this.#units.set(state, unit);
    return unit;
  }
}
