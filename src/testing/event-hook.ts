import type { CharmMeta } from '../charm/metadata.ts';
import { endpointsOf } from '../simulator/charm-definition.ts';
import type {
  Hook,
  PlainHookKind,
  RelationHook,
  SecretHook,
  StorageHook,
} from '../simulator/hook.ts';
import type { SimulatedJuju } from '../simulator/simulated-juju.ts';
import type { SimulatedRelation } from '../simulator/simulated-relation.ts';
import { HarnessStateError, NotDeclaredError } from './errors.ts';

/** What an event is about, where its name leaves that open. */
export interface EventDetails {
  /** The relation's id. Default: the only relation of the endpoint. */
  readonly relationId?: number;
  /**
   * The remote unit. Default for joined and departed: the first in the relation. A changed without
   * one is about the application's data.
   */
  readonly remoteUnit?: string;
  /** Only for departed: the unit that goes. Default: the remote unit. */
  readonly departingUnit?: string;
  /** The storage instance. Default: the first that the unit has. */
  readonly storageId?: string;
  /** What a custom notice says. */
  readonly notice?: { readonly id?: string; readonly key: string };
  /** The check that failed or recovered. */
  readonly check?: string;
  /** The secret's id, with or without `secret:`. */
  readonly secretId?: string;
  /** The secret's revision. Default: the latest. */
  readonly revision?: number;
}

const plainKinds: readonly PlainHookKind[] = [
  'install',
  'start',
  'config-changed',
  'update-status',
  'upgrade-charm',
  'leader-elected',
  'leader-settings-changed',
  'stop',
  'remove',
];

const relationKinds: readonly RelationHook['kind'][] = [
  'relation-created',
  'relation-joined',
  'relation-changed',
  'relation-departed',
  'relation-broken',
];

const workloadKinds = [
  'pebble-ready',
  'pebble-custom-notice',
  'pebble-check-failed',
  'pebble-check-recovered',
] as const;

const storageKinds: readonly StorageHook['kind'][] = ['storage-attached', 'storage-detaching'];

const secretKinds: readonly SecretHook['kind'][] = [
  'secret-changed',
  'secret-rotate',
  'secret-expired',
  'secret-remove',
];

/** The unit that an event is for, and the model around it. */
export interface EventSetting {
  readonly charm: CharmMeta;
  readonly juju: SimulatedJuju;
  readonly app: string;
  readonly unit: string;
  /** The id of a container's present boot. */
  bootId(container: string): string;
}

/**
 * The hook for an event that a test named.
 *
 * @throws {NotDeclaredError} when the charm has no such event
 * @throws {HarnessStateError} when the event needs a relation or unit that is not there
 */
export function eventHook(setting: EventSetting, name: string, details: EventDetails = {}): Hook {
  const plain = plainKinds.find((kind) => kind === name);
  if (plain !== undefined) return { kind: plain };
  const secret = secretKinds.find((kind) => kind === name);
  if (secret !== undefined) return secretHook(setting, secret, details);
  const containers = Object.keys(setting.charm.containers);
  const container = containers.find((each) => name === `${each}-pebble-ready`);
  if (container !== undefined) {
    return { kind: 'pebble-ready', container, bootId: setting.bootId(container) };
  }
  for (const each of containers) {
    const hook = workloadHook(each, name, details);
    if (hook !== undefined) return hook;
  }
  const storages = Object.keys(setting.charm.storage);
  for (const storage of storages) {
    const kind = storageKinds.find((each) => name === `${storage}-${each}`);
    if (kind !== undefined) return storageHook(setting, storage, kind, details.storageId);
  }
  const endpoints = [...endpointsOf(setting.charm).keys()];
  for (const endpoint of endpoints) {
    const kind = relationKinds.find((each) => name === `${endpoint}-${each}`);
    if (kind !== undefined) return relationHook(setting, endpoint, kind, details);
  }
  throw new NotDeclaredError('event', name, [
    ...plainKinds,
    ...secretKinds,
    ...containers.flatMap((each) => workloadKinds.map((kind) => `${each}-${kind}`)),
    ...storages.flatMap((each) => storageKinds.map((kind) => `${each}-${kind}`)),
    ...endpoints.flatMap((endpoint) => relationKinds.map((kind) => `${endpoint}-${kind}`)),
  ]);
}

/** A consumer hears of a secret by its own label for it, an owner by the owner's. */
function secretHook(
  { juju, unit }: EventSetting,
  kind: SecretHook['kind'],
  { secretId, revision }: EventDetails,
): SecretHook {
  if (secretId === undefined) throw lacking(kind, "{ secretId: 'secret:…' }");
  const secret = juju.secret(secretId);
  const label = kind === 'secret-changed' ? secret.labelFor(unit) : secret.label;
  return { kind, secretId: secret.id, label, revision: revision ?? secret.latestRevision };
}

function workloadHook(container: string, name: string, details: EventDetails): Hook | undefined {
  switch (name) {
    case `${container}-pebble-custom-notice`: {
      const { notice } = details;
      if (notice === undefined) throw lacking(name, "{ notice: { key: 'example.com/key' } }");
      const { id = '1', key } = notice;
      return { kind: 'pebble-custom-notice', container, noticeId: id, noticeKey: key };
    }
    case `${container}-pebble-check-failed`:
    case `${container}-pebble-check-recovered`: {
      const { check } = details;
      if (check === undefined) throw lacking(name, "{ check: 'up' }");
      const failed = name.endsWith('failed');
      return { kind: failed ? 'pebble-check-failed' : 'pebble-check-recovered', container, check };
    }
    default:
      return undefined;
  }
}

function lacking(event: string, details: string): HarnessStateError {
  return new HarnessStateError(
    `cannot send ${event}: nothing says what it is about. Call run('${event}', ${details}).`,
  );
}

function storageHook(
  { juju, unit }: EventSetting,
  storage: string,
  kind: StorageHook['kind'],
  id: string | undefined,
): StorageHook {
  const held = juju.unit(unit).storage.filter((each) => each.name === storage);
  const meant = held.find((each) => each.id === (id ?? each.id));
  if (meant === undefined) {
    throw new HarnessStateError(
      `cannot send ${storage}-${kind}: the unit has ${held.map((each) => each.id).join(', ') || 'none'} of it. Add one with juju.unit('${unit}').addStorage('${storage}').`,
    );
  }
  const { id: storageId, kind: storageKind, location } = meant;
  return { kind, storage, storageId, storageKind, location };
}

function relationHook(
  setting: EventSetting,
  endpoint: string,
  kind: RelationHook['kind'],
  details: EventDetails,
): RelationHook {
  const relation = relationFor(setting, endpoint, details.relationId);
  const { app } = setting;
  const remoteApp = relation.ends.find((end) => end.app !== app)?.app ?? app;
  const about = { kind, endpoint, relationId: relation.id, remoteApp };
  if (kind === 'relation-created' || kind === 'relation-broken') return about;
  const first = relation.units(remoteApp).find((unit) => unit !== setting.unit);
  const remoteUnit = details.remoteUnit ?? (kind === 'relation-changed' ? undefined : first);
  if (remoteUnit === undefined && kind !== 'relation-changed') {
    throw new HarnessStateError(
      `cannot send ${endpoint}-${kind}: the relation has no remote unit. Add one with addRelationUnit(${relation.id}, '${remoteApp}/0').`,
    );
  }
  const unit = remoteUnit === undefined ? {} : { remoteUnit };
  if (kind !== 'relation-departed') return { ...about, ...unit };
  const departingUnit = details.departingUnit ?? remoteUnit;
  return { ...about, ...unit, ...(departingUnit === undefined ? {} : { departingUnit }) };
}

/** The relation that is meant, or the only one that the endpoint has. */
export function relationFor(
  { juju, app }: Pick<EventSetting, 'juju' | 'app'>,
  endpoint: string,
  id?: number,
): SimulatedRelation {
  const relations = juju.relations.filter((relation) =>
    relation.ends.some((end) => end.app === app && end.endpoint === endpoint),
  );
  if (id !== undefined) {
    const meant = relations.find((relation) => relation.id === id);
    if (meant !== undefined) return meant;
    throw new HarnessStateError(
      `cannot find relation ${id} of ${endpoint}: it has ${relations.map((each) => each.id).join(', ') || 'none'}. Use the id that addRelation() returned.`,
    );
  }
  const [only, ...more] = relations;
  if (only === undefined) {
    throw new HarnessStateError(
      `cannot find a relation of ${endpoint}: there is none. Add one with addRelation('${endpoint}', …).`,
    );
  }
  if (more.length > 0) {
    throw new HarnessStateError(
      `cannot tell which relation of ${endpoint} is meant: it has ${relations.map((each) => each.id).join(', ')}. Say so with relationId.`,
    );
  }
  return only;
}
