import { messageOf } from '../../../errors.ts';
import { partOf, type LabelledLayer } from '../../../pebble/plan/shape.ts';
import { PebblePlanError } from '../../../pebble/plan/plan-error.ts';
import type { Accounts } from '../accounts.ts';
import { findOwner } from '../owner-lookup.ts';
import { ownerOf } from './entry-owner.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

/**
 * Refuses checks whose commands would run as nobody whom the container knows.
 *
 * @throws {PebblePlanError}
 */
export function checkOwners({ label, sections }: LabelledLayer, accounts: Accounts): void {
  for (const [name, check] of sections.checks) {
    try {
      findOwner(accounts, ownerOf(partOf(check, 'exec') ?? {}));
    } catch (error) {
      throw new PebblePlanError(
        `plan check ${goQuote(name)} has invalid user/group: ${messageOf(error)}`,
        { layer: label, path: ['checks', name, 'exec'] },
        { cause: error },
      );
    }
  }
}
