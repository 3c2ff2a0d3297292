import { networkKeys } from '../../simulator/rules/scope.ts';
import { sortedPorts } from '../../simulator/rules/ports.ts';
import { remoteSideOf, sideOf, type RelationState } from '../../simulator/state/relation-state.ts';
import type { SecretState } from '../../simulator/state/secret-state.ts';
import type { UnitState } from '../../simulator/state/unit-state.ts';
import type { Bag, StateRelation } from '../state/relation.ts';
import type { StateSecret } from '../state/secret.ts';
import type { State, StateStatus, StateStorage } from '../state/state.ts';
import { otherReader, type Scene } from './scene.ts';

/** What of a state Juju keeps. Containers, queue and stored state are kept elsewhere. */
export type JujuPart = Pick<
  State,
  | 'relations'
  | 'secrets'
  | 'storages'
  | 'openedPorts'
  | 'unitStatus'
  | 'appStatus'
  | 'workloadVersion'
>;

/** Reads back what a run has made of a scene; what it did not touch are the same objects. */
export function readScene({ model, application, unit }: Scene, before: State): JujuPart {
  return {
    relations: readRelations({ model, application, unit }, before),
    secrets: readSecrets({ model, application, unit }, before),
    storages: kept(readStorages(unit, before), before.storages),
    openedPorts: kept(sortedPorts(unit.ports.keys()), before.openedPorts),
    unitStatus: statusOf(unit.status, before.unitStatus),
    appStatus: statusOf(application.status, before.appStatus),
    workloadVersion: application.version ?? '',
  };
}

/** The list before, where nothing in it is different. */
function kept<T>(now: readonly T[], before: readonly T[]): readonly T[] {
  const same = now.length === before.length && now.every((item, index) => item === before[index]);
  return same ? before : now;
}

/** Those that the unit has now; what it has asked for with storage-add is there, not yet attached. */
function readStorages(unit: UnitState, before: State): readonly StateStorage[] {
  const byId = new Map(before.storages.map((each) => [`${each.name}/${each.index}`, each]));
  return unit.storage.map(({ instance: { id, name }, attached, location }) => {
    const known = byId.get(id);
    if (known?.attached === attached) return known;
    const index = Number(id.slice(name.length + 1));
    return known === undefined ? { name, index, attached, location } : { ...known, attached };
  });
}

function statusOf(
  now: { readonly status: string; readonly message: string } | undefined,
  before: StateStatus,
): StateStatus {
  const status = (['active', 'blocked', 'maintenance', 'waiting'] as const).find(
    (word) => word === now?.status,
  );
  if (status === undefined || now === undefined) return { status: 'unknown', message: '' };
  const { message } = now;
  return before.status === status && before.message === message ? before : { status, message };
}

function readRelations(scene: Scene, before: State): readonly StateRelation[] {
  const { model, unit } = scene;
  const now: StateRelation[] = [];
  for (const relation of before.relations) {
    const after = model.relations.get(relation.id);
    if (after === undefined || unit.views.get(relation.id)?.broken === true) continue;
    now.push(readRelation(scene, relation, after));
  }
  return kept(now, before.relations);
}

function readRelation(
  { model, unit }: Scene,
  before: StateRelation,
  after: RelationState,
): StateRelation {
  const own = sideOf(after, unit.app);
  const remote = remoteSideOf(after, unit.app);
  if (own === undefined || remote === undefined) return before;
  const localAppData = keptBag(own.appBag.read(), before.localAppData);
  const ownBag = own.unitBags.get(unit.name)?.read() ?? {};
  const localUnitData = keptBag(
    withoutJujus(ownBag, networkKeys(model, unit, own.endpoint), before.localUnitData),
    before.localUnitData,
  );
  const members = unit.views.get(after.id)?.members;
  const gone = Object.keys(before.remoteUnits).filter((name) => members?.has(name) === false);
  if (
    gone.length === 0 &&
    localAppData === before.localAppData &&
    localUnitData === before.localUnitData
  ) {
    return before;
  }
  const remoteUnits =
    gone.length === 0 ? before.remoteUnits : omitting(before.remoteUnits, new Set(gone));
  return { ...before, localAppData, localUnitData, remoteUnits };
}

/** What the charm has in its bag: Juju's own keys are there anyway, and a test need not say so. */
function withoutJujus(bag: Bag, jujus: Bag, before: Bag): Bag {
  return Object.fromEntries(
    Object.entries(bag).filter(
      ([key, value]) => Object.hasOwn(before, key) || jujus[key] !== value,
    ),
  );
}

function keptBag(now: Bag, before: Bag): Bag {
  const keys = Object.keys(now);
  const same =
    keys.length === Object.keys(before).length && keys.every((key) => now[key] === before[key]);
  return same ? before : now;
}

function omitting<T>(
  all: Readonly<Record<string, T>>,
  names: ReadonlySet<string>,
): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.has(name)));
}

function readSecrets(scene: Scene, before: State): readonly StateSecret[] {
  if (before.secrets.length === 0 && scene.model.secrets.size === 0) return before.secrets;
  const known = new Map(before.secrets.map((secret) => [secret.id, secret]));
  return [...scene.model.secrets.values()].map((secret) =>
    readSecret(scene, secret, known.get(secret.id)),
  );
}

function readSecret(
  { unit }: Scene,
  secret: SecretState,
  before: StateSecret | undefined,
): StateSecret {
  const own = secret.owner.name === unit.name || secret.owner.name === unit.app;
  const implied = before?.granted === true && !own;
  const consumer = secret.consumers.get(unit.name);
  return {
    id: secret.id,
    owner: before?.owner ?? (secret.owner.kind === 'unit' ? 'unit' : 'app'),
    label: secret.label,
    description: secret.description,
    rotate: secret.rotatePolicy,
    rotates: secret.rotates,
    revisions: Object.fromEntries(
      [...secret.revisions].map(([number, { content, expires }]) => [
        number,
        { content: decoded(content), expires },
      ]),
    ),
    latest: secret.latest,
    tracked: consumer?.revision,
    trackedAs: consumer?.label,
    trackedByOthers: [...secret.consumers]
      .filter(([name]) => name.startsWith(`${otherReader}/`))
      .map(([, { revision }]) => revision),
    granted: own || (implied && secret.grants.some(({ target }) => target === unit.app)),
    grants: secret.grants.filter(({ target }) => !implied || target !== unit.app),
  };
}

function decoded(content: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}
