import type { StorageMeta } from '../../charm/metadata.ts';

/** How many instances of a storage a unit may have; no maximum is no limit. */
export interface StorageRange {
  readonly min: number;
  readonly max: number | undefined;
}

/** The range that a charm declares: exactly one, where it says nothing. */
export function storageRange({ multiple }: Pick<StorageMeta, 'multiple'>): StorageRange {
  if (multiple === undefined) return { min: 1, max: 1 };
  const text = String(multiple.range);
  const [, from = '0', rest = '', to = ''] = /^(\d+)([+-]?)(\d*)$/.exec(text) ?? [];
  const min = Number(from);
  if (to !== '') return { min, max: Number(to) };
  return { min, max: rest === '' ? min : undefined };
}

/** Why a unit with so many instances cannot get or give up that many, in Juju's words. */
export function storageCountRefusal(
  { min, max }: StorageRange,
  current: number,
  change: number,
): string | undefined {
  const count = current + change;
  const action = change < 0 ? 'detach' : 'attach';
  if (min === 1 && max === 1 && count !== 1) return `cannot ${action}, storage is singular`;
  const instances = `${Math.abs(change)} storage instance${Math.abs(change) === 1 ? '' : 's'}`;
  const total = `${action}ing ${instances} brings the total to ${count}`;
  if (count < min) return `${total}, which is less than the minimum of ${min}`;
  if (max !== undefined && count > max) return `${total}, exceeding the maximum of ${max}`;
  return undefined;
}
