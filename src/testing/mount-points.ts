import type { CharmMeta } from '../charm/metadata.ts';
import { storageRange } from '../simulator/rules/storage-count.ts';

/** An instance of a storage, as far as its place matters. */
interface Instance {
  readonly name: string;
  readonly index: number;
}

/**
 * Where a workload container has the storage of its unit: each at the place that the charm's files
 * say, and where a unit may have several, one beside the other under that.
 */
export function mountPoints(
  meta: CharmMeta,
  container: string,
  instances: readonly Instance[],
): string[] {
  return (meta.containers[container]?.mounts ?? []).flatMap(({ storage, location }) => {
    const declared = meta.storage[storage];
    if (declared === undefined || declared.type === 'block') return [];
    const several = storageRange(declared).max !== 1;
    return instances
      .filter(({ name }) => name === storage)
      .map(({ index }) => (several ? `${location}/${storage}/${index}` : location));
  });
}
