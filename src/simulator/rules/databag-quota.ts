import { overlaid, type DataChanges } from '../state/databag.ts';
import { isAppBag, type BagAddress } from './databag-access.ts';

/** Bytes of keys and values that Juju keeps in one databag. */
const quota = 16 * 1024 * 1024;

/** Whether a bag would hold more than Juju takes, once the changes are applied. */
export function exceedsQuota(bag: BagAddress, changes: DataChanges): boolean {
  const stored = isAppBag(bag) ? bag.side.appBag : bag.side.unitBags.get(bag.owner);
  let size = 0;
  for (const [key, value] of Object.entries(overlaid(stored?.read() ?? {}, changes))) {
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  return size > quota;
}
