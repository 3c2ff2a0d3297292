import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CharmMeta } from '../charm/metadata.ts';
import type { UnitStorage } from '../simulator/simulated-unit.ts';
import type { PodVolume } from './pod/pod.ts';

/** What a unit's storage is for its pod. */
export interface PodVolumes {
  readonly charm: readonly PodVolume[];
  /** By workload container. */
  readonly containers: Readonly<Record<string, readonly PodVolume[]>>;
}

/**
 * Makes a directory for each filesystem that a unit has, unless it is there from before, and says
 * where the containers see it: the charm at its location, a workload where its `mounts` say.
 *
 * @param folder holds the directories, which outlive pods
 */
export async function openPodVolumes(
  folder: string,
  meta: Pick<CharmMeta, 'containers'>,
  storage: readonly UnitStorage[],
): Promise<PodVolumes> {
  const filesystems = storage.filter(({ kind }) => kind === 'filesystem');
  const sourceOf = ({ id }: UnitStorage): string => join(folder, id);
  for (const each of filesystems) await mkdir(sourceOf(each), { recursive: true });
  const mounted = Object.entries(meta.containers).map(([container, { mounts = [] }]) => {
    const volumes = mounts.flatMap(({ storage: name, location }) => {
      const instances = filesystems.filter((each) => each.name === name);
      const alone = instances.length === 1;
      return instances.map((each): PodVolume => {
        return { path: alone ? location : join(location, each.id), source: sourceOf(each) };
      });
    });
    return [container, volumes] as const;
  });
  return {
    charm: filesystems.map((each) => ({ path: each.location, source: sourceOf(each) })),
    containers: Object.fromEntries(mounted),
  };
}
