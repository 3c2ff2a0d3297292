import type { OwnerRequest } from '../owner-lookup.ts';
import { numberOf, textOf, type Entry } from '../../../pebble/plan/shape.ts';

/** The user and group that an entry of the plan names. */
export function ownerOf(entry: Entry): OwnerRequest {
  return {
    userId: numberOf(entry, 'user-id'),
    user: textOf(entry, 'user'),
    groupId: numberOf(entry, 'group-id'),
    group: textOf(entry, 'group'),
  };
}
