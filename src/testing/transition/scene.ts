import type { CharmMeta } from '../../charm/metadata.ts';
import { endpointsOf, type EndpointRole } from '../../simulator/charm-definition.ts';
import type { Clock } from '../../simulator/clock.ts';
import type { Hook } from '../../simulator/hook.ts';
import type { JujuEvent } from '../../simulator/juju-event.ts';
import { newApplication } from '../../simulator/new-application.ts';
import { newModel } from '../../simulator/new-model.ts';
import { newUnit } from '../../simulator/new-unit.ts';
import { networkKeys } from '../../simulator/rules/scope.ts';
import { encodedContent } from '../../simulator/simulated-secret.ts';
import type { ApplicationState, ModelState } from '../../simulator/state/model-state.ts';
import { newSide, unitBag, type RelationSide } from '../../simulator/state/relation-state.ts';
import type { SecretConsumer, SecretOwner } from '../../simulator/state/secret-state.ts';
import type { StorageInstance } from '../../simulator/state/storage-state.ts';
import { newView, type UnitState } from '../../simulator/state/unit-state.ts';
import type { StateRelation } from '../state/relation.ts';
import type { StateSecret } from '../state/secret.ts';
import type { State, StateStatus } from '../state/state.ts';

/** Who the unit under test is. */
export interface Identity {
  readonly app: string;
  readonly unit: string;
  readonly number: number;
  readonly jujuVersion: string;
  readonly availabilityZone: string | undefined;
  readonly principalUnit: string | undefined;
}

/** A state as the simulated Juju holds it. */
export interface Scene {
  readonly model: ModelState;
  readonly application: ApplicationState;
  readonly unit: UnitState;
}

/** Sets a state up in a Juju of its own, which tells of what happens by `emit`. */
export function setScene(
  meta: CharmMeta,
  identity: Identity,
  state: State,
  hook: Hook,
  surroundings: { readonly clock: Clock; readonly emit: (event: JujuEvent) => void },
): Scene {
  const { clock, emit } = surroundings;
  const model = newModel({ clock, version: identity.jujuVersion, model: state.model }, emit);
  // An action, where it is one that comes, is not the model's first.
  model.actionIds = 1;
  const application = newApplication(identity.app, { charm: meta });
  model.applications.set(identity.app, application);
  for (const [name, value] of Object.entries(state.config)) {
    if (value !== undefined) application.config.set(name, value);
  }
  for (const [name, path] of Object.entries(state.resources)) {
    if (path !== undefined) application.resources.set(name, path);
  }
  application.cloud = state.model.cloud;
  application.status = knownStatus(state.appStatus, clock);
  application.version = state.workloadVersion === '' ? undefined : state.workloadVersion;
  const unit = setUnit(model, application, identity, state, hook);
  for (const relation of state.relations) setRelation(model, unit, relation, hook);
  addPlanned(model, application, identity, state.plannedUnits);
  if (state.secrets.length > 0) {
    const related = relationsByApp(model);
    for (const secret of state.secrets) setSecret(model, unit, secret, related);
  }
  return { model, application, unit };
}

function setUnit(
  model: ModelState,
  application: ApplicationState,
  { unit: name, number }: Identity,
  state: State,
  hook: Hook,
): UnitState {
  const unit = newUnit(model, application, number, { address: state.address });
  application.units.set(name, unit);
  if (state.leader) application.leader = name;
  unit.installed = hook.kind !== 'install';
  unit.started = unit.installed && hook.kind !== 'start';
  unit.leaderAccepted = true;
  for (const [binding, network] of Object.entries(state.networks)) {
    if (network === undefined) continue;
    unit.networks.set(binding, typeof network === 'string' ? { address: network } : network);
  }
  unit.storage.length = 0;
  for (const { name: storage, index, attached, location } of state.storages) {
    const declared = application.charm?.storage[storage];
    const id = `${storage}/${index}`;
    const instance: StorageInstance = {
      name: storage,
      id,
      kind: declared?.type ?? 'filesystem',
      app: application.name,
      unit: name,
      removing: false,
    };
    model.storage.set(id, instance);
    model.nextStorage = Math.max(model.nextStorage, index + 1);
    unit.storage.push({
      instance,
      location: location ?? declared?.location ?? `/var/lib/juju/storage/${id}`,
      attached,
      detaching: 'storageId' in hook && hook.kind === 'storage-detaching' && hook.storageId === id,
    });
  }
  for (const port of state.openedPorts) unit.ports.set(port, new Set(['']));
  unit.status = knownStatus(state.unitStatus, model.clock) ?? {
    status: 'unknown',
    message: '',
    since: model.clock.now(),
  };
  unit.statusSet = state.unitStatus.status !== 'unknown';
  return unit;
}

function knownStatus(
  { status, message }: StateStatus,
  clock: Clock,
): UnitState['status'] | undefined {
  return status === 'unknown' ? undefined : { status, message, since: clock.now() };
}

function setRelation(model: ModelState, unit: UnitState, from: StateRelation, hook: Hook): void {
  const { id, endpoint, kind } = from;
  const charm = model.applications.get(unit.app)?.charm;
  const definition = charm && endpointsOf(charm).get(endpoint);
  const { role = 'requires', interface: spoken = endpoint } = definition ?? {};
  const own = newSide(unit.app, endpoint, role);
  own.appBag.apply(from.localAppData);
  own.inScope.add(unit.name);
  const ownBag = unitBag(own, unit.name);
  ownBag.apply(networkKeys(model, unit, endpoint));
  ownBag.apply(from.localUnitData);
  const remote = kind === 'peer' ? own : remoteSide(from, role);
  if (from.remoteModel !== undefined) {
    const app = newApplication(remote.app, { charm: undefined, foreignModel: from.remoteModel });
    model.applications.set(remote.app, app);
  }
  const broken = hook.kind === 'relation-broken' && hook.relationId === id;
  for (const [name, data] of Object.entries(from.remoteUnits)) {
    unitBag(remote, name).apply(data);
    if (!broken) remote.inScope.add(name);
    addScripted(model, name);
  }
  const sides = remote === own ? [own] : [own, remote];
  model.relations.set(id, {
    id,
    interface: spoken,
    sides,
    life: broken ? 'dying' : 'alive',
    suspended: false,
  });
  model.nextRelation = Math.max(model.nextRelation, id + 1);
  const view = newView();
  view.created = true;
  for (const name of remote.inScope) {
    if (name !== unit.name) view.members.set(name, unitBag(remote, name).version);
  }
  unit.views.set(id, view);
}

function remoteSide(from: StateRelation, role: EndpointRole): RelationSide {
  const side = newSide(
    from.remoteApp ?? from.endpoint,
    from.endpoint,
    role === 'requires' ? 'provides' : 'requires',
  );
  side.appBag.apply(from.remoteAppData);
  return side;
}

/** A unit that no charm runs in, with its application. */
function addScripted(model: ModelState, name: string): void {
  const [app = name, number] = name.split('/', 2);
  const application = model.applications.get(app) ?? newApplication(app, { charm: undefined });
  model.applications.set(app, application);
  if (application.units.has(name)) return;
  application.units.set(name, newUnit(model, application, Number(number), { scripted: true }));
}

function addPlanned(
  model: ModelState,
  application: ApplicationState,
  { app }: Identity,
  planned: number,
): void {
  for (let number = 0; application.units.size < planned; number += 1) {
    addScripted(model, `${app}/${number}`);
  }
}

/** The first relation of each application, along which its secrets are granted. */
function relationsByApp(model: ModelState): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { id, sides } of model.relations.values()) {
    for (const { app } of sides) if (!first.has(app)) first.set(app, id);
  }
  return first;
}

function setSecret(
  model: ModelState,
  unit: UnitState,
  from: StateSecret,
  related: ReadonlyMap<string, number>,
): void {
  const owner = ownerOf(model, unit, from.owner);
  const consumers = new Map<string, SecretConsumer>();
  if (from.tracked !== undefined) {
    consumers.set(unit.name, { label: from.trackedAs, revision: from.tracked });
    unit.secretsSeen.set(from.id, from.latest);
  }
  for (const [index, revision] of from.trackedByOthers.entries()) {
    consumers.set(`${otherReader}/${index}`, { label: undefined, revision });
  }
  const grants = [...from.grants];
  const own = owner.name === unit.name || owner.name === unit.app;
  if (from.granted && !own) {
    const app = owner.name.split('/', 1)[0] ?? owner.name;
    grants.push({ target: unit.app, relationId: related.get(app) });
  }
  model.secrets.set(from.id, {
    id: from.id,
    owner,
    label: from.label,
    description: from.description,
    rotatePolicy: from.rotate,
    rotates: from.rotates,
    revisions: new Map(
      Object.entries(from.revisions).map(([number, { content, expires }]) => [
        Number(number),
        { content: encodedContent(content), expires, expiryDue: expires },
      ]),
    ),
    latest: from.latest,
    grants,
    consumers,
    autoPrune: false,
  });
}

/** Stands for the units elsewhere that read a secret. No application can have such a name. */
export const otherReader = '(other)';

function ownerOf(model: ModelState, unit: UnitState, owner: string): SecretOwner {
  if (owner === 'unit') return { kind: 'unit', name: unit.name };
  if (owner === 'app') return { kind: 'application', name: unit.app };
  if (owner === 'model') return { kind: 'model', name: model.uuid };
  return { kind: owner.includes('/') ? 'unit' : 'application', name: owner };
}
