import { readFileSync } from 'node:fs';
import { UnknownUserError } from './errors.ts';
import { parsePasswd, type MachineUser } from './machine-users.ts';

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
 * Who does for us, when we are root, what root should not or may not do: the first of these users
 * that the machine has, or its user for nothing in particular. `undefined` stands for ourselves.
 */
export function unprivilegedUser(wanted: readonly string[]): MachineUser | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const users = parsePasswd(readFileSync('/etc/passwd', 'utf8'));
  return [...wanted, 'nobody']
    .map((name) => users.find((user) => user.name === name))
    .find((user) => user !== undefined);
}
