import { chown, mkdir, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CharmMeta } from '../charm/metadata.ts';
import { storageRange } from '../simulator/rules/storage-count.ts';
import type { UnitStorage } from '../simulator/storage-report.ts';
import type { PodVolume } from './pod/pod.ts';

/** What a unit's storage is for its pod. */
export interface PodVolumes {
  readonly charm: readonly PodVolume[];
  /** By workload container. */
  readonly containers: Readonly<Record<string, readonly PodVolume[]>>;
}

/** The directories of this machine for one storage. */
interface Directories {
  /** Holds the instances' directories, by their numbers. */
  readonly all: string;
  /** That of the only instance, where the charm allows no more. */
  readonly only: string | undefined;
}

/**
 * The directories of a unit's filesystems. They outlive pods.
 *
 * Of a storage that may have several instances a pod has the directory of all of them, and of one
 * that may have a single one and has none, an empty directory: so an instance that is added while
 * the pod runs is in it at once.
 */
export class StorageFolders {
  readonly #folder: string;
  readonly #meta: Pick<CharmMeta, 'containers' | 'storage'>;
  /** By storage, the directory that awaits its only instance, below that of all. */
  readonly #awaiting = new Map<string, string>();
  #pods = 0;

  /** @param folder holds the directories */
  constructor(folder: string, meta: Pick<CharmMeta, 'containers' | 'storage'>) {
    this.#folder = folder;
    this.#meta = meta;
  }

  /**
   * What a new pod mounts: the charm has each filesystem at its location, a workload where its
   * `mounts` say.
   */
  async open(storage: readonly UnitStorage[]): Promise<PodVolumes> {
    this.#pods += 1;
    this.#awaiting.clear();
    const directories = new Map<string, Directories>();
    for (const [name, { type }] of Object.entries(this.#meta.storage)) {
      if (type === 'filesystem') directories.set(name, await this.#directories(name, storage));
    }
    const charm = [...directories].map(([name, { all, only }]): PodVolume => {
      const { location } = this.#meta.storage[name] ?? {};
      return location !== undefined && only !== undefined
        ? { path: location, source: only }
        : { path: join(location ?? '/var/lib/juju/storage', name), source: all };
    });
    const containers = Object.entries(this.#meta.containers).map(([container, { mounts = [] }]) => {
      const volumes = mounts.flatMap(({ storage: name, location }): PodVolume[] => {
        const { all, only } = directories.get(name) ?? {};
        if (only !== undefined) return [{ path: location, source: only }];
        return all === undefined ? [] : [{ path: join(location, name), source: all }];
      });
      return [container, volumes] as const;
    });
    return { charm, containers: Object.fromEntries(containers) };
  }

  /** Makes the directory of an instance, where a pod that runs has it at once. */
  async provide({ id, name, kind }: UnitStorage): Promise<void> {
    if (kind !== 'filesystem') return;
    const directory = join(this.#folder, id);
    const awaiting = this.#awaiting.get(name);
    this.#awaiting.delete(name);
    const isThere = await stat(directory).catch(() => undefined);
    if (isThere !== undefined) return;
    if (awaiting === undefined) await makeLike(directory, dirname(directory));
    // Relative, so that it holds in a container as well.
    else await symlink(awaiting, directory);
  }

  async #directories(name: string, storage: readonly UnitStorage[]): Promise<Directories> {
    const all = join(this.#folder, name);
    await mkdir(all, { recursive: true });
    const instances = storage.filter((each) => each.name === name);
    for (const each of instances) await this.provide(each);
    const meta = this.#meta.storage[name];
    if (meta === undefined || storageRange(meta).max !== 1) return { all, only: undefined };
    const [instance] = instances;
    if (instance !== undefined) {
      return { all, only: await realpath(join(this.#folder, instance.id)) };
    }
    const awaiting = `pod-${this.#pods}`;
    await mkdir(join(all, awaiting), { recursive: true });
    this.#awaiting.set(name, awaiting);
    return { all, only: join(all, awaiting) };
  }
}

/** A directory of the same owner as another. */
async function makeLike(directory: string, model: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const { uid, gid } = await stat(model);
  const own = await stat(directory);
  if (own.uid !== uid || own.gid !== gid) await chown(directory, uid, gid);
}
