import type { ActionParams } from '../../charm/action-params.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { Json } from '../../framework/json.ts';
import {
  hookName,
  type Hook,
  type PlainHookKind,
  type RelationHook,
} from '../../simulator/hook.ts';
import type { ActionName, ContainerName, EndpointName } from '../names.ts';
import type { JujuOccasion } from '../state/occasion.ts';
import type { StateRelation } from '../state/relation.ts';
import type { StateSecret } from '../state/secret.ts';
import type { StateStorage, StorageName } from '../state/state.ts';

/** Which remote unit a relation's event is about. */
export interface UnitDetails {
  /** By name. Default for joined and departed: the first in the relation. */
  readonly unit?: string;
}

/** Every event that Juju can send to the charm, for {@link Context.run}. */
export class Occasions<M extends CharmMeta> {
  readonly #meta: CharmMeta;
  readonly #app: string;
  readonly #unit: string;

  /** @internal Use `context.on`. */
  constructor(meta: M, app: string, unit: string) {
    this.#meta = meta;
    this.#app = app;
    this.#unit = unit;
  }

  install(): JujuOccasion {
    return this.plain('install');
  }

  start(): JujuOccasion {
    return this.plain('start');
  }

  stop(): JujuOccasion {
    return this.plain('stop');
  }

  remove(): JujuOccasion {
    return this.plain('remove');
  }

  configChanged(): JujuOccasion {
    return this.plain('config-changed');
  }

  updateStatus(): JujuOccasion {
    return this.plain('update-status');
  }

  upgradeCharm(): JujuOccasion {
    return this.plain('upgrade-charm');
  }

  leaderElected(): JujuOccasion {
    return this.plain('leader-elected');
  }

  leaderSettingsChanged(): JujuOccasion {
    return this.plain('leader-settings-changed');
  }

  /** An event that is about nothing but the unit, by Juju's name. */
  plain(kind: PlainHookKind): JujuOccasion {
    return occasion({ kind }, null);
  }

  relationCreated(relation: StateRelation<EndpointName<M>>): JujuOccasion {
    return this.#relation('relation-created', relation, undefined);
  }

  relationJoined(
    relation: StateRelation<EndpointName<M>>,
    { unit = firstUnit(relation) }: UnitDetails = {},
  ): JujuOccasion {
    return this.#relation('relation-joined', relation, unit);
  }

  /** Without a unit it is about the data of the remote application. */
  relationChanged(
    relation: StateRelation<EndpointName<M>>,
    { unit }: UnitDetails = {},
  ): JujuOccasion {
    return this.#relation('relation-changed', relation, unit);
  }

  /** @param details.departingUnit the unit that goes. Default: `unit` */
  relationDeparted(
    relation: StateRelation<EndpointName<M>>,
    details: UnitDetails & { readonly departingUnit?: string } = {},
  ): JujuOccasion {
    const { unit = firstUnit(relation), departingUnit = unit } = details;
    return this.#relation('relation-departed', relation, unit, departingUnit);
  }

  relationBroken(relation: StateRelation<EndpointName<M>>): JujuOccasion {
    return this.#relation('relation-broken', relation, undefined);
  }

  pebbleReady(container: ContainerName<M>): JujuOccasion {
    return occasion({ kind: 'pebble-ready', container, bootId: `${container}-boot-1` }, null);
  }

  /**
   * The workload gave a notice.
   *
   * @param details.id its id. Default: that of the state's last notice with the key
   */
  pebbleCustomNotice(
    container: ContainerName<M>,
    key: string,
    { id }: { readonly id?: string } = {},
  ): JujuOccasion {
    return occasion(
      { kind: 'pebble-custom-notice', container, noticeId: id ?? '', noticeKey: key },
      { id: id ?? '1', type: 'custom', key },
    );
  }

  pebbleCheckFailed(container: ContainerName<M>, check: string): JujuOccasion {
    return occasion({ kind: 'pebble-check-failed', container, check }, { check });
  }

  pebbleCheckRecovered(container: ContainerName<M>, check: string): JujuOccasion {
    return occasion({ kind: 'pebble-check-recovered', container, check }, { check });
  }

  storageAttached(storage: StateStorage<StorageName<M>>): JujuOccasion {
    return this.#storage('storage-attached', storage);
  }

  storageDetaching(storage: StateStorage<StorageName<M>>): JujuOccasion {
    return this.#storage('storage-detaching', storage);
  }

  /** Somebody else's secret has a newer revision than the one that the unit reads. */
  secretChanged(secret: StateSecret): JujuOccasion {
    return this.#secret('secret-changed', secret, secret.latest);
  }

  secretRotate(secret: StateSecret): JujuOccasion {
    return this.#secret('secret-rotate', secret, secret.latest);
  }

  /** @param details.revision default: the newest */
  secretExpired(
    secret: StateSecret,
    { revision = secret.latest }: { readonly revision?: number } = {},
  ): JujuOccasion {
    return this.#secret('secret-expired', secret, revision);
  }

  /** @param details.revision default: the oldest */
  secretRemove(secret: StateSecret, details: { readonly revision?: number } = {}): JujuOccasion {
    const oldest = Math.min(...Object.keys(secret.revisions).map(Number));
    return this.#secret('secret-remove', secret, details.revision ?? oldest);
  }

  action<A extends ActionName<M>>(
    action: A,
    params: Partial<ActionParams<M['actions'][A]>> = {},
  ): JujuOccasion {
    const hook: Hook = { kind: 'action', action, actionId: '1', params: { ...params } };
    return { name: `${action}-action`, hook, snapshot: null };
  }

  #relation(
    kind: RelationHook['kind'],
    { endpoint, id: relationId, remoteApp = this.#app }: StateRelation,
    remoteUnit: string | undefined,
    departingUnit?: string,
  ): JujuOccasion {
    const unit = remoteUnit === undefined ? {} : { remoteUnit };
    const departing = departingUnit === undefined ? {} : { departingUnit };
    const hook = { kind, endpoint, relationId, remoteApp, ...unit, ...departing };
    return occasion(hook, {
      relation: relationId,
      app: remoteApp,
      ...(remoteUnit === undefined ? {} : { unit: remoteUnit }),
      ...departing,
    });
  }

  #storage(kind: 'storage-attached' | 'storage-detaching', storage: StateStorage): JujuOccasion {
    const { name, index } = storage;
    const declared = this.#meta.storage[name];
    const storageId = `${name}/${index}`;
    const location =
      storage.location ?? declared?.location ?? `/var/lib/juju/storage/${name}/${index}`;
    const storageKind = declared?.type ?? 'filesystem';
    return occasion(
      { kind, storage: name, storageId, storageKind, location },
      { storage: storageId, location },
    );
  }

  #secret(
    kind: 'secret-changed' | 'secret-rotate' | 'secret-expired' | 'secret-remove',
    secret: StateSecret,
    revision: number,
  ): JujuOccasion {
    const own = ['unit', 'app', this.#app, this.#unit].includes(secret.owner);
    const label = own ? secret.label : (secret.trackedAs ?? '');
    return occasion(
      { kind, secretId: secret.id, label, revision },
      {
        secretId: `secret:${secret.id}`,
        ...(label === '' ? {} : { label }),
        ...(kind === 'secret-remove' ? { revision } : {}),
      },
    );
  }
}

function occasion(hook: Hook, snapshot: Json): JujuOccasion {
  return { name: hookName(hook), hook, snapshot };
}

function firstUnit({ remoteUnits }: StateRelation): string | undefined {
  return Object.keys(remoteUnits).sort()[0];
}
