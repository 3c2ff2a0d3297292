import type { Hook, StorageHook } from '../hook.ts';
import { isLeader } from '../rules/leadership.ts';
import { isJuju4, type ModelState } from '../state/model-state.ts';
import type { UnitState } from '../state/unit-state.ts';
import { secretHook } from './secret-hooks.ts';
import { createdHook, farewellHook, membershipHook } from './relation-hooks.ts';
import { nextWorkloadHook } from './workload-hooks.ts';

/**
 * The one hook that Juju would run next in the unit, or undefined when there is nothing to tell.
 * Asking changes nothing: the same question gets the same answer until something happens.
 */
export function nextHook(model: ModelState, unit: UnitState): Hook | undefined {
  if (!unit.charmed || unit.life === 'dead' || unit.pod === 'gone') return undefined;
  if (unit.failed !== undefined) return unit.failed.hook;
  if (!unit.installed) {
    if (unit.life === 'dying') return undefined;
    const onMachine = model.type === 'iaas' ? storageHook(unit) : undefined;
    return onMachine ?? { kind: 'install' };
  }
  if (unit.queue[0] !== undefined) return { kind: unit.queue[0] };
  if (unit.life === 'dying') return shutdownHook(model, unit);
  return (
    createdHook(model, unit) ??
    leadershipHook(model, unit) ??
    nextWorkloadHook(model, unit) ??
    secretHook(model, unit) ??
    (model.storageAfterStart && !unit.started ? undefined : storageHook(unit)) ??
    configHook(model, unit) ??
    membershipHook(model, unit) ??
    updateStatusHook(model, unit)
  );
}

function shutdownHook(model: ModelState, unit: UnitState): Hook {
  return (
    storageHook(unit) ?? farewellHook(model, unit) ?? { kind: unit.stopped ? 'remove' : 'stop' }
  );
}

function leadershipHook(model: ModelState, unit: UnitState): Hook | undefined {
  if (isLeader(model, unit)) return unit.leaderAccepted ? undefined : { kind: 'leader-elected' };
  const version = model.applications.get(unit.app)?.leaderSettings.version;
  if (isJuju4(model) || unit.leaderSettingsSeen === version) return undefined;
  return { kind: 'leader-settings-changed' };
}

/** Storage that has come, or that goes; with a unit that is dying, all of it goes. */
function storageHook(unit: UnitState): StorageHook | undefined {
  const dying = unit.life === 'dying';
  for (const { instance, location, attached, detaching } of unit.storage) {
    const goes = dying || detaching;
    if (goes !== attached) continue;
    return {
      kind: goes ? 'storage-detaching' : 'storage-attached',
      storage: instance.name,
      storageId: instance.id,
      storageKind: instance.kind,
      location,
    };
  }
  return undefined;
}

function configHook(model: ModelState, unit: UnitState): Hook | undefined {
  const version = model.applications.get(unit.app)?.configVersion;
  return unit.configSeen === version ? undefined : { kind: 'config-changed' };
}

function updateStatusHook(model: ModelState, unit: UnitState): Hook | undefined {
  const due = unit.updateStatusAt;
  return unit.started && due !== undefined && due <= model.clock.now()
    ? { kind: 'update-status' }
    : undefined;
}
