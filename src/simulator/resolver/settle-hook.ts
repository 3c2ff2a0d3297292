import type { Hook, RelationHook, StorageHook } from '../hook.ts';
import { fraction } from '../random.ts';
import { passOnLeadership } from '../rules/leadership.ts';
import { leaveScope } from '../rules/scope.ts';
import { forgetUnit } from '../rules/secret-revisions.ts';
import { releaseAllStorage, releaseStorage } from '../rules/storage.ts';
import type { ModelState } from '../state/model-state.ts';
import { remoteSideOf, sideOf } from '../state/relation-state.ts';
import type { UnitState } from '../state/unit-state.ts';
import type { Transaction } from '../transaction.ts';
import { viewOf } from './relation-hooks.ts';
import { settleSecretHook } from './secret-hooks.ts';
import { settleWorkloadHook } from './workload-hooks.ts';

/** Notes in the unit that a hook has run to its end, and what follows from it. */
export function settleHook(transaction: Transaction, configVersion: number): void {
  const { model, unit, hook } = transaction;
  if (unit.queue[0] === hook.kind) unit.queue.shift();
  switch (hook.kind) {
    case 'relation-created':
    case 'relation-joined':
    case 'relation-changed':
    case 'relation-departed':
    case 'relation-broken':
      settleRelationHook(transaction, hook);
      break;
    case 'pebble-ready':
      unit.handledBoots.set(hook.container, hook.bootId);
      break;
    case 'pebble-custom-notice':
    case 'pebble-check-failed':
    case 'pebble-check-recovered':
      settleWorkloadHook(unit, hook);
      break;
    case 'storage-attached':
    case 'storage-detaching':
      settleStorageHook(model, unit, hook);
      break;
    case 'config-changed':
      unit.configSeen = configVersion;
      if (!unit.started && !unit.queue.includes('start')) unit.queue.push('start');
      break;
    case 'secret-changed':
    case 'secret-rotate':
    case 'secret-expired':
    case 'secret-remove':
      settleSecretHook(model, unit, hook);
      break;
    default:
      settlePlainHook(transaction, hook.kind);
  }
}

function settleStorageHook(model: ModelState, unit: UnitState, hook: StorageHook): void {
  const held = unit.storage.find(({ instance }) => instance.id === hook.storageId);
  if (held === undefined) return;
  if (hook.kind === 'storage-attached') held.attached = true;
  else releaseStorage(model, unit, held.instance);
}

function settlePlainHook(transaction: Transaction, kind: Hook['kind']): void {
  const { model, unit, leaderSettingsVersion } = transaction;
  switch (kind) {
    case 'install':
      unit.installed = true;
      break;
    case 'leader-elected':
      unit.leaderAccepted = true;
      unit.leaderSettingsSeen = leaderSettingsVersion;
      break;
    case 'leader-settings-changed':
      unit.leaderSettingsSeen = leaderSettingsVersion;
      break;
    case 'start':
      unit.started = true;
      unit.stopped = false;
      scheduleUpdateStatus(model, unit);
      break;
    case 'update-status':
      scheduleUpdateStatus(model, unit);
      break;
    case 'stop':
      unit.started = false;
      unit.stopped = true;
      if (unit.pod === 'stopping' && unit.life === 'alive') unit.pod = 'gone';
      break;
    case 'remove':
      bury(model, unit);
      break;
    default:
  }
}

/** Sets when update-status is due: the interval, give or take a fifth. */
export function scheduleUpdateStatus(model: ModelState, unit: UnitState): void {
  const jitter = 0.8 + 0.4 * fraction(model.seed, unit.name, 'update-status', unit.runs);
  unit.updateStatusAt = new Date(model.clock.now().getTime() + model.updateStatusInterval * jitter);
}

function settleRelationHook(transaction: Transaction, hook: RelationHook): void {
  const { model, unit } = transaction;
  const relation = model.relations.get(hook.relationId);
  const view = viewOf(unit, hook.relationId);
  const side = relation && remoteSideOf(relation, unit.app);
  const versionOf = (owner: string): number =>
    relation && side ? transaction.versionAtStart({ relation, side, owner }) : 0;
  switch (hook.kind) {
    case 'relation-created':
      view.created = true;
      break;
    case 'relation-joined':
      if (hook.remoteUnit === undefined) break;
      view.members.set(hook.remoteUnit, versionOf(hook.remoteUnit));
      view.changedDue = hook.remoteUnit;
      break;
    case 'relation-changed':
      if (hook.remoteUnit === undefined) {
        view.appVersionSeen = versionOf(hook.remoteApp);
        break;
      }
      view.members.set(hook.remoteUnit, versionOf(hook.remoteUnit));
      if (view.changedDue === hook.remoteUnit) view.changedDue = undefined;
      break;
    case 'relation-departed':
      if (hook.remoteUnit !== undefined) view.members.delete(hook.remoteUnit);
      if (view.changedDue === hook.remoteUnit) view.changedDue = undefined;
      break;
    case 'relation-broken':
      view.broken = true;
      if (relation !== undefined) leaveScope(model, relation, unit);
      break;
  }
}

/** Takes a unit out of everything it still is in, and marks it dead. */
export function bury(model: ModelState, unit: UnitState): void {
  unit.life = 'dead';
  unit.updateStatusAt = undefined;
  passOnLeadership(model, unit);
  forgetUnit(model, unit.name);
  releaseAllStorage(model, unit);
  for (const relation of model.relations.values()) {
    if (sideOf(relation, unit.app)?.inScope.has(unit.name) === true) {
      leaveScope(model, relation, unit);
    }
  }
}
