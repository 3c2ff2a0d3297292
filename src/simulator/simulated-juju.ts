import type { CharmMeta } from '../charm/metadata.ts';
import { endpointsOf, type OptionValue } from './charm-definition.ts';
import { ModelChangeError, NotInModelError } from './errors.ts';
import type { JujuEvent, JujuListener } from './juju-event.ts';
import { relatedSides, type RelationEnd } from './rules/relate.ts';
import { enterScope, leaveScope, removeWhenEmpty } from './rules/scope.ts';
import { endOf } from './relation-end.ts';
import { SimulatedApplication } from './simulated-application.ts';
import { newApplication } from './new-application.ts';
import { newModel, type SimulatedJujuOptions } from './new-model.ts';
import { newSecret, newSecretId } from './new-secret.ts';
import { SimulatedRelation } from './simulated-relation.ts';
import { SimulatedSecret, type SecretOptions } from './simulated-secret.ts';
import type { SimulatedUnit } from './simulated-unit.ts';
import type { ModelState } from './state/model-state.ts';
import type { SecretOwner } from './state/secret-state.ts';
import { isPeer, newSide, type RelationSide, type RelationState } from './state/relation-state.ts';
import { statusReport, type StatusReport } from './status-report.ts';

export interface ApplicationOptions {
  readonly config?: Readonly<Record<string, OptionValue>>;
  /** Whether the first unit takes the leadership by itself. Default `automatic`. */
  readonly election?: 'automatic' | 'manual';
}

export interface RemoteApplicationOptions {
  /** The uuid of the application's own model, where that is another one. */
  readonly model?: string;
}

/** A storage instance of the model. */
export interface StorageReport {
  readonly id: string;
  readonly name: string;
  readonly kind: 'filesystem' | 'block';
  /** The unit that has it; undefined while none does. */
  readonly unit: string | undefined;
}

/** A Juju model in memory: applications, units, relations, and the rules between them. */
export class SimulatedJuju {
  readonly #model: ModelState;
  readonly #listeners = new Set<JujuListener>();
  readonly #applications = new Map<string, SimulatedApplication>();

  constructor(options: SimulatedJujuOptions = {}) {
    this.#model = newModel(options, (event) => {
      this.#tell(event);
    });
  }

  get modelName(): string {
    return this.#model.name;
  }

  get modelUuid(): string {
    return this.#model.uuid;
  }

  get version(): string {
    return this.#model.version;
  }

  /** Living applications, in the order in which they were added. */
  get applications(): SimulatedApplication[] {
    return [...this.#applications.values()];
  }

  get relations(): SimulatedRelation[] {
    return [...this.#model.relations.values()].map(
      (relation) => new SimulatedRelation(this.#model, relation),
    );
  }

  /** Adds an application without units, and its peer relations. */
  addApplication(
    name: string,
    charm: CharmMeta,
    options: ApplicationOptions = {},
  ): SimulatedApplication {
    const application = this.#add(name, charm, options.election ?? 'automatic');
    for (const [endpoint, { role, interface: spoken }] of endpointsOf(charm)) {
      if (role === 'peer') this.#connect(spoken, [newSide(name, endpoint, role)]);
    }
    application.setConfig(options.config ?? {});
    return application;
  }

  /**
   * Adds an application without a charm: a script sets what its side of a relation holds. One of
   * another model is known here by the name of its proxy.
   */
  addRemoteApplication(name: string, options: RemoteApplicationOptions = {}): SimulatedApplication {
    return this.#add(name, undefined, 'automatic', options.model);
  }

  /** @throws {NotInModelError} */
  application(name: string): SimulatedApplication {
    const application = this.#applications.get(name);
    if (application === undefined) {
      throw new NotInModelError('application', name, [...this.#applications.keys()]);
    }
    return application;
  }

  /** @throws {NotInModelError} */
  unit(name: string): SimulatedUnit {
    return this.application(name.split('/', 1)[0] ?? name).unit(name);
  }

  /** @throws {NotInModelError} */
  relation(id: number): SimulatedRelation {
    return new SimulatedRelation(this.#model, this.#relationState(id));
  }

  /**
   * Relates two applications, each named `application:endpoint`. The endpoint of an application
   * without a charm is taken to fit.
   *
   * @throws {ModelChangeError} when the endpoints do not fit each other, are related already, or one
   * of them has as many relations as its charm allows
   */
  relate(first: string, second: string): SimulatedRelation {
    const [one, other] = [this.#end(first), this.#end(second)];
    const related = relatedSides(this.#model, one, other);
    if ('refusal' in related) {
      throw new ModelChangeError(`relate ${first} to ${second}`, related.refusal);
    }
    return this.#connect(related.interface, related.sides);
  }

  /** Whether {@link relate} would; an application that is not there yet can be a remote one. */
  mayRelate(first: string, second: string): boolean {
    const end = (text: string): RelationEnd =>
      endOf(text, this.#applications.get(text.split(':', 1)[0] ?? '')?.charm);
    return !('refusal' in relatedSides(this.#model, end(first), end(second)));
  }

  /**
   * Begins a relation's removal: its units are told, and when all were, it is gone.
   *
   * @throws {NotInModelError} when there is no such relation
   * @throws {ModelChangeError} when it is one of peers
   */
  removeRelation(id: number): void {
    const relation = this.#relationState(id);
    if (isPeer(relation)) {
      throw new ModelChangeError(
        `remove relation ${id}`,
        'it is a peer relation, which lasts as long as its application',
      );
    }
    relation.life = 'dying';
    for (const side of relation.sides) {
      const units = this.#model.applications.get(side.app)?.units;
      for (const name of side.inScope) {
        const unit = units?.get(name);
        if (unit !== undefined && (!unit.charmed || unit.views.get(id)?.created !== true)) {
          leaveScope(this.#model, relation, unit);
        }
      }
    }
    removeWhenEmpty(this.#model, relation);
  }

  /**
   * Adds a secret with its first revision. Without an owner it is one of the model's own, which its
   * operator grants to applications.
   *
   * @throws {NotInModelError} when there is no such owner
   * @throws {ModelChangeError} when the owner has a secret of that label, or Juju takes no such content
   */
  addSecret(
    content: Readonly<Record<string, string>>,
    options: SecretOptions = {},
  ): SimulatedSecret {
    const { owner, autoPrune = false, ...settings } = options;
    const state = newSecret(newSecretId(this.#model), this.#secretOwner(owner));
    const secret = new SimulatedSecret(this.#model, state);
    secret.setContent(content);
    secret.configure(settings);
    secret.setAutoPrune(autoPrune);
    this.#model.secrets.set(state.id, state);
    return secret;
  }

  /** Secrets that exist, in the order in which they were made. */
  get secrets(): SimulatedSecret[] {
    return [...this.#model.secrets.values()].map(
      (secret) => new SimulatedSecret(this.#model, secret),
    );
  }

  /**
   * @param id with or without `secret:`
   * @throws {NotInModelError}
   */
  secret(id: string): SimulatedSecret {
    const secret = this.#model.secrets.get(id.replace(/^secret:/, ''));
    if (secret !== undefined) return new SimulatedSecret(this.#model, secret);
    throw new NotInModelError('secret', id, [...this.#model.secrets.keys()]);
  }

  /** Storage instances, attached or not, in the order in which they were made. */
  get storage(): StorageReport[] {
    return [...this.#model.storage.values()].map(({ id, name, kind, unit }) => ({
      id,
      name,
      kind,
      unit,
    }));
  }

  /**
   * `juju remove-storage`: removes an instance for good. One that a unit has is detached first,
   * which its charm hears of.
   *
   * @param id such as `data/0`
   * @throws {NotInModelError} when there is no such instance
   * @throws {ModelChangeError} when the unit that has it cannot be without it
   */
  removeStorage(id: string): void {
    const instance = this.#model.storage.get(id);
    if (instance === undefined) {
      throw new NotInModelError('storage', id, [...this.#model.storage.keys()]);
    }
    if (instance.unit !== undefined) this.unit(instance.unit).detachStorage(id);
    instance.removing = true;
    if (instance.unit === undefined) this.#model.storage.delete(id);
  }

  /** What `juju status` would show. */
  status(): StatusReport {
    return statusReport(this);
  }

  /** Calls the listener for all that happens from now on, until the returned function is called. */
  subscribe(listener: JujuListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #add(
    name: string,
    charm: CharmMeta | undefined,
    election: 'automatic' | 'manual',
    foreignModel?: string,
  ): SimulatedApplication {
    if (this.#applications.has(name)) {
      throw new ModelChangeError(`add the application ${name}`, 'the model has one of that name');
    }
    const state = newApplication(name, { charm, election, foreignModel });
    const application = new SimulatedApplication(this.#model, state);
    this.#model.applications.set(name, state);
    this.#applications.set(name, application);
    return application;
  }

  #secretOwner(owner: string | undefined): SecretOwner {
    if (owner === undefined) return { kind: 'model', name: this.#model.uuid };
    if (owner.includes('/')) return { kind: 'unit', name: this.unit(owner).name };
    return { kind: 'application', name: this.application(owner).name };
  }

  #connect(spoken: string, sides: readonly RelationSide[]): SimulatedRelation {
    const id = this.#model.nextRelation;
    this.#model.nextRelation += 1;
    const relation: RelationState = {
      id,
      interface: spoken,
      sides,
      life: 'alive',
      suspended: false,
    };
    this.#model.relations.set(id, relation);
    for (const side of sides) {
      for (const unit of this.#model.applications.get(side.app)?.units.values() ?? []) {
        if (!unit.charmed) enterScope(this.#model, relation, unit);
      }
    }
    return new SimulatedRelation(this.#model, relation);
  }

  #end(text: string): RelationEnd {
    const [app = ''] = text.split(':', 1);
    return endOf(text, this.application(app).charm);
  }

  #relationState(id: number): RelationState {
    const relation = this.#model.relations.get(id);
    if (relation === undefined) {
      const known = [...this.#model.relations.keys()].map(String);
      throw new NotInModelError('relation', String(id), known);
    }
    return relation;
  }

  #tell(event: JujuEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
