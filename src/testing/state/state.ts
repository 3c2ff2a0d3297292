import type { CharmMeta } from '../../charm/metadata.ts';
import type { DeferredEntry } from '../../framework/deferral-queue.ts';
import type { BoundNetwork } from '../../simulator/state/bound-network.ts';
import type { Json } from '../../framework/json.ts';
import type { SavedValue } from '../../framework/state-format.ts';
import type { CloudSpec } from '../../juju/tools/credential.ts';
import type { ModelType } from '../../simulator/state/model-state.ts';
import type { Status } from '../../simulator/status.ts';
import type { ConfigChanges, ContainerName, EndpointName } from '../names.ts';
import {
  completeContainer,
  type ContainerParts,
  type StateContainer,
  type StateFile,
} from './container.ts';
import { NoSuchRelationError, NoSuchSecretError } from '../errors.ts';
import type { StateRelation } from './relation.ts';
import type { StateSecret } from './secret.ts';

/** A status without its time. */
export interface StateStatus {
  readonly status: Exclude<Status['status'], 'error' | 'terminated'>;
  readonly message: string;
}

/** The model that the unit is in. */
export interface StateModel {
  readonly name: string;
  readonly uuid: string;
  /** `caas`, on Kubernetes, or `iaas`, of machines. Default `caas`. */
  readonly type?: ModelType;
  /**
   * What credential-get tells, where the application is trusted; on Kubernetes only from Juju 3.6.10
   * on. Default: it is not trusted.
   */
  readonly cloud?: CloudSpec;
}

/** An instance of a storage. Made by {@link storage}. */
export interface StateStorage<S extends string = string> {
  readonly name: S;
  /** Its id is `<name>/<index>`. */
  readonly index: number;
  readonly attached: boolean;
  /** Where it is mounted; undefined for the place that the charm's files or Juju choose. */
  readonly location: string | undefined;
}

/** An instance of a storage that the charm declares, attached unless said otherwise. */
export function storage<const S extends string>(
  name: S,
  parts: { readonly index?: number; readonly attached?: boolean; readonly location?: string } = {},
): StateStorage<S> {
  const { index = 0, attached = true, location } = parts;
  return { name, index, attached, location };
}

/** What an object of the charm has stored, for {@link State.stored}. */
export function stored(value: Json, version = 1): SavedValue {
  return { version, value };
}

export type StorageName<M extends CharmMeta> = keyof M['storage'] & string;

export type ResourceName<M extends CharmMeta> = keyof M['resources'] & string;

/** A binding of the charm: an endpoint, an extra one, or `juju-info`. */
export type BindingName<M extends CharmMeta> =
  | EndpointName<M>
  | (keyof NonNullable<M['extra-bindings']> & string)
  | 'juju-info';

/**
 * All that Juju and Pebble know about a unit between two events: plain values, frozen. What a run
 * gives back can be given to the next one.
 */
export interface State<M extends CharmMeta = CharmMeta> {
  /** Options that an operator set; the others have their defaults. */
  readonly config: ConfigChanges<M>;
  readonly leader: boolean;
  readonly relations: readonly StateRelation<EndpointName<M>>[];
  readonly containers: { readonly [K in ContainerName<M>]: StateContainer };
  readonly secrets: readonly StateSecret[];
  readonly storages: readonly StateStorage<StorageName<M>>[];
  /** Paths of the resources that were attached, by name. */
  readonly resources: { readonly [K in ResourceName<M>]?: string };
  /** The unit's address, for every binding that {@link networks} does not name. */
  readonly address: string;
  /** A network alone by its address. */
  readonly networks: { readonly [K in BindingName<M>]?: string | BoundNetwork };
  /** As Juju prints them: `6432/tcp`, `icmp`. */
  readonly openedPorts: readonly string[];
  /** How many units the application is to have, this one among them. */
  readonly plannedUnits: number;
  readonly model: StateModel;
  /** The deferral queue, oldest first. */
  readonly deferred: readonly DeferredEntry[];
  /** What objects of the charm have stored, by `<path of the object>/<name>`. */
  readonly stored: Readonly<Record<string, SavedValue>>;
  readonly unitStatus: StateStatus;
  readonly appStatus: StateStatus;
  /** Empty until the charm reports one. */
  readonly workloadVersion: string;
  /** The time. It stands still during a run. */
  readonly now: Date;
}

/** What a test says of a state; the rest has defaults. A whole state is one, too. */
export type StateParts<M extends CharmMeta> = Partial<Omit<State<M>, 'containers' | 'model'>> & {
  readonly model?: Partial<State['model']>;
  readonly containers?: { readonly [K in ContainerName<M>]?: ContainerParts | StateContainer };
};

/**
 * The first relation of an endpoint, or undefined.
 *
 * @param which the endpoint's name, or the relation's id
 */
export function relationIn<M extends CharmMeta>(
  state: Pick<State<M>, 'relations'>,
  which: EndpointName<M> | number,
): StateRelation<EndpointName<M>> | undefined {
  return state.relations.find(({ endpoint, id }) => endpoint === which || id === which);
}

/**
 * The one relation of an endpoint, for an event about it.
 *
 * @param which the endpoint's name, or the relation's id
 * @throws {NoSuchRelationError} when the state has none, or several of the endpoint
 */
export function onlyRelation<M extends CharmMeta>(
  { relations }: Pick<State<M>, 'relations'>,
  which: EndpointName<M> | number,
): StateRelation<EndpointName<M>> {
  const found = relations.filter(({ endpoint, id }) => endpoint === which || id === which);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new NoSuchRelationError(which, relations);
  return only;
}

/** The secret with a label, or an id with or without `secret:`, or undefined. */
export function secretIn(
  state: Pick<State, 'secrets'>,
  labelOrId: string,
): StateSecret | undefined {
  const wanted = labelOrId.replace(/^secret:/, '');
  return state.secrets.find(
    ({ id, label, trackedAs }) => id === wanted || label === wanted || trackedAs === wanted,
  );
}

/**
 * The secret with a label, or an id with or without `secret:`, for an event about it.
 *
 * @throws {NoSuchSecretError} when the state has none
 */
export function onlySecret(state: Pick<State, 'secrets'>, labelOrId: string): StateSecret {
  const secret = secretIn(state, labelOrId);
  if (secret === undefined) throw new NoSuchSecretError(labelOrId, state.secrets);
  return secret;
}

/** What can become of a relation. */
export type RelationChanges = Partial<Omit<StateRelation, 'id' | 'endpoint' | 'kind'>>;

/** A state in which a relation takes the place of the one with its id, or is added. */
export function withRelation<M extends CharmMeta>(
  state: State<M>,
  relation: StateRelation<EndpointName<M>>,
): State<M>;
/**
 * A state in which something of a relation is different: what is named is there instead.
 *
 * @param which the endpoint's name, where it has one relation, or the relation's id
 * @throws {NoSuchRelationError} when the state has none, or several of the endpoint
 */
export function withRelation<M extends CharmMeta>(
  state: State<M>,
  which: EndpointName<M> | number,
  changes: RelationChanges,
): State<M>;
export function withRelation<M extends CharmMeta>(
  state: State<M>,
  which: StateRelation<EndpointName<M>> | EndpointName<M> | number,
  changes: RelationChanges = {},
): State<M> {
  const changed = typeof which === 'object' ? which : { ...onlyRelation(state, which), ...changes };
  const known = state.relations.some(({ id }) => id === changed.id);
  const relations = known
    ? state.relations.map((each) => (each.id === changed.id ? changed : each))
    : [...state.relations, changed];
  const peers = changed.kind === 'peer' ? Object.keys(changed.remoteUnits).length : 0;
  return { ...state, relations, plannedUnits: Math.max(state.plannedUnits, 1 + peers) };
}

/** A state without a relation, and without any trace of it. */
export function withoutRelation<M extends CharmMeta>(
  state: State<M>,
  which: EndpointName<M> | number,
): State<M> {
  const { id: gone } = onlyRelation(state, which);
  return { ...state, relations: state.relations.filter(({ id }) => id !== gone) };
}

/** A state in which something of one container is different: what is named is there instead. */
export function withContainer<M extends CharmMeta>(
  state: State<M>,
  name: ContainerName<M>,
  changes: ContainerParts,
): State<M> {
  const container = completeContainer({ ...state.containers[name], ...changes }, state.now);
  return { ...state, containers: { ...state.containers, [name]: container } };
}

/**
 * A state in which some files of a container are different, and the others as they were.
 *
 * @param files by path: a text, or what is different about the file, or undefined where none is
 */
export function withFiles<M extends CharmMeta>(
  state: State<M>,
  container: ContainerName<M>,
  files: Readonly<Record<string, string | Partial<StateFile> | undefined>>,
): State<M> {
  const all: Record<string, Partial<StateFile>> = { ...state.containers[container].files };
  for (const [path, file] of Object.entries(files)) {
    if (file === undefined) delete all[path];
    else all[path] = { ...all[path], ...(typeof file === 'string' ? { text: file } : file) };
  }
  return withContainer(state, container, { files: all });
}

/** The same state after some milliseconds in which nothing happened. */
export function later<M extends CharmMeta>(state: State<M>, milliseconds: number): State<M> {
  return { ...state, now: new Date(state.now.getTime() + milliseconds) };
}
