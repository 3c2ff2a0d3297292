/** Bytes of keys and values that Juju keeps for one unit, unless its operator allows more. */
const quota = 2 * 1024 * 1024;

/** Whether a unit's stored state would be more than Juju takes, once the changes are applied. */
export function exceedsStateQuota(
  stored: ReadonlyMap<string, string>,
  changes: ReadonlyMap<string, string | undefined>,
): boolean {
  if (changes.size === 0) return false;
  let size = 0;
  for (const [key, value = ''] of new Map([...stored, ...changes])) {
    if (value !== '') size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  return size > quota;
}
