import { CharmwrightError } from '../../errors.ts';
import type { Accounts, GroupAccount, Owner, UserAccount } from './accounts.ts';
import { goQuote } from '../../pebble/plan/go-quote.ts';

/** A user or group that is not there, or not what was said. The message is Pebble's. */
export class OwnerLookupError extends CharmwrightError {
  readonly code = 'owner-lookup';
}

/** A user and group as a request or a plan names them; empty names count as absent. */
export interface OwnerRequest {
  readonly userId?: number | undefined;
  readonly user?: string | undefined;
  readonly groupId?: number | undefined;
  readonly group?: string | undefined;
}

/** An owner, and what is known about its user. */
export interface FoundOwner extends Owner {
  readonly account: UserAccount | undefined;
}

/**
 * Finds the owner that a request means: names and ids must agree, and a user without a group has
 * the user's primary one.
 *
 * @returns `undefined` when nobody was named.
 * @throws {OwnerLookupError}
 */
export function findOwner(accounts: Accounts, request: OwnerRequest): FoundOwner | undefined {
  const named = findUser(accounts, request);
  const groupId = findGroupId(accounts, request);
  if (named === undefined) {
    if (groupId !== undefined) {
      throw new OwnerLookupError('must specify user, not just group');
    }
    return undefined;
  }
  const { userId } = named;
  const account = named.account ?? accounts.users.find((user) => user.userId === userId);
  if (groupId !== undefined) {
    return { userId, groupId, account };
  }
  if (account === undefined) {
    throw new OwnerLookupError(`user: unknown userid ${userId}`);
  }
  return { userId, groupId: account.groupId, account };
}

function findUser(
  accounts: Accounts,
  { userId, user }: OwnerRequest,
): { userId: number; account?: UserAccount } | undefined {
  if (user === undefined || user === '') {
    return userId === undefined ? undefined : { userId };
  }
  const account = accounts.users.find(({ name }) => name === user);
  if (account === undefined) {
    throw new OwnerLookupError(`user: unknown user ${user}`);
  }
  if (userId !== undefined && userId !== account.userId) {
    throw new OwnerLookupError(
      `user ${goQuote(user)} UID (${account.userId}) does not match user-id (${userId})`,
    );
  }
  return { userId: account.userId, account };
}

function findGroupId(accounts: Accounts, { groupId, group }: OwnerRequest): number | undefined {
  if (group === undefined || group === '') {
    return groupId;
  }
  const account: GroupAccount | undefined = accounts.groups.find(({ name }) => name === group);
  if (account === undefined) {
    throw new OwnerLookupError(`group: unknown group ${group}`);
  }
  if (groupId !== undefined && groupId !== account.groupId) {
    throw new OwnerLookupError(
      `group ${goQuote(group)} GID (${account.groupId}) does not match group-id (${groupId})`,
    );
  }
  return account.groupId;
}
