import { UserlistError } from './errors.ts';

/** One user that PgBouncer knows by itself, with the password it may use towards the server. */
export interface PoolerUser {
  readonly user: string;
  /** Plain text: a verifier or an MD5 hash could check a client but not log in to PostgreSQL. */
  readonly password: string;
}

// PgBouncer 1.18 ignores the rest of the file from a user name of 128 or a secret of 2,048 bytes on.
const longestUser = 127;
const longestSecret = 2047;

/**
 * The text of PgBouncer's auth file, one line a user, in the order of the user names.
 *
 * @throws {UserlistError} for a name or password that the file cannot hold. Its message never
 * repeats either.
 */
export function renderUserlist(users: readonly PoolerUser[]): string {
  return users
    .toSorted((a, b) => (a.user < b.user ? -1 : 1))
    .map(({ user, password }) => {
      refuse('user', whyNotUser(user));
      refuse('secret', whyNotSecret(password));
      return `${quote(user)} ${quote(password)}\n`;
    })
    .join('');
}

/** Why the auth file cannot hold this user name, or `undefined` when it can. */
export function whyNotUser(user: string): string | undefined {
  return user === '' ? 'is empty' : whyNotQuotable(user, longestUser);
}

/** Why the auth file cannot hold this plain password, or `undefined` when it can. */
export function whyNotSecret(password: string): string | undefined {
  if (password === '') {
    return 'is empty';
  }
  if (/^md5[0-9a-f]{32}$/i.test(password) || password.startsWith('SCRAM-SHA-256$')) {
    return 'looks like a hash, which PgBouncer would not use as a password';
  }
  return whyNotQuotable(password, longestSecret);
}

function whyNotQuotable(text: string, longest: number): string | undefined {
  if (Buffer.byteLength(text) > longest) {
    return `is longer than ${longest} bytes`;
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text) ? 'holds a line break or control character' : undefined;
}

function refuse(field: 'user' | 'secret', reason: string | undefined): void {
  if (reason !== undefined) {
    throw new UserlistError(field, reason);
  }
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
