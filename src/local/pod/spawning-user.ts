import { readFileSync } from 'node:fs';
import { UnknownUserError } from './errors.ts';
import { parsePasswd } from './machine-users.ts';

/** Whom to spawn a process as; nothing stands for ourselves. */
export interface SpawningUser {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Another user of the machine, when we are root. An ordinary user can be nobody else.
 *
 * @throws {UnknownUserError} when the machine has no such user.
 */
export function spawningUser(name: string | undefined): SpawningUser {
  if (name === undefined || name === 'root' || process.getuid?.() !== 0) {
    return {};
  }
  const found = parsePasswd(readFileSync('/etc/passwd', 'utf8')).find((user) => user.name === name);
  if (found === undefined) {
    throw new UnknownUserError(name);
  }
  return { uid: found.uid, gid: found.gid };
}

/**
 * Who does the work of a container in which everything is done by one user: ourselves, or, when we
 * are root, the first of these users that the machine has, or its user for nothing in particular.
 */
export function unprivilegedUser(wanted: readonly string[]): SpawningUser {
  if (process.getuid?.() !== 0) {
    return {};
  }
  const users = parsePasswd(readFileSync('/etc/passwd', 'utf8'));
  const found = [...wanted, 'nobody']
    .map((name) => users.find((user) => user.name === name))
    .find((user) => user !== undefined);
  return found === undefined ? {} : { uid: found.uid, gid: found.gid };
}
