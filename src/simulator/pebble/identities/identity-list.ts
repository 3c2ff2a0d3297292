import { ApiError } from '../api-error.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

/** Somebody who may use the daemon, as the API shows and takes it. */
export interface Identity {
  readonly access: string;
  readonly local?: { readonly userId: number } | undefined;
  /** The hash of a password. */
  readonly basic?: { readonly password: string } | undefined;
  readonly cert?: { readonly pem: string } | undefined;
}

/** Identities by name; `null` where one is to go. */
export type IdentityChanges = ReadonlyMap<string, Identity | null>;

type Operation = 'add' | 'update' | 'replace' | 'remove';

/** The named users of a daemon. Each change is made as a whole or not at all. */
export class IdentityList {
  #identities: ReadonlyMap<string, Identity> = new Map();

  /** Sorted by name. */
  all(): [string, Identity][] {
    return [...this.#identities].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** @throws {ApiError} and nothing is changed. */
  change(operation: Operation, changes: IdentityChanges): void {
    checkNulls(operation, changes);
    const names = [...changes.keys()].sort();
    if (operation === 'add') {
      refuseAny('identities already exist', names, (name) => this.#identities.has(name));
    } else if (operation !== 'replace') {
      refuseAny('identities do not exist', names, (name) => !this.#identities.has(name));
    }
    const next = new Map(this.#identities);
    for (const [name, identity] of changes) {
      if (identity === null) {
        next.delete(name);
      } else {
        next.set(name, identity);
      }
    }
    checkUserIds(next);
    this.#identities = next;
  }
}

function checkNulls(operation: Operation, changes: IdentityChanges): void {
  for (const [name, identity] of changes) {
    const wrong = operation === 'remove' ? identity !== null : identity === null;
    if (wrong && operation !== 'replace') {
      const must = operation === 'remove' ? 'must be null' : 'must not be null';
      throw new ApiError(
        400,
        `identity value for ${goQuote(name)} ${must} for ${operation} operation`,
      );
    }
  }
}

function refuseAny(
  words: string,
  names: readonly string[],
  wrong: (name: string) => boolean,
): void {
  const found = names.filter((name) => wrong(name));
  if (found.length > 0) {
    throw new ApiError(400, `${words}: ${found.join(', ')}`);
  }
}

function checkUserIds(identities: ReadonlyMap<string, Identity>): void {
  const byUser = new Map<number, string[]>();
  for (const [name, { local }] of identities) {
    if (local !== undefined) {
      byUser.set(local.userId, [...(byUser.get(local.userId) ?? []), name]);
    }
  }
  for (const [userId, names] of byUser) {
    if (names.length > 1) {
      throw new ApiError(
        400,
        `cannot have multiple identities with user ID ${userId} (${names.sort().join(', ')})`,
      );
    }
  }
}
