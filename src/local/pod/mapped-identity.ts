import { readFileSync } from 'node:fs';
import { UnknownUserError, UserChangeUnavailableError } from './errors.ts';
import { parsePasswd } from './machine-users.ts';
import { findProgram, searchPath } from './program-path.ts';

/**
 * An argument list that runs as another user of the machine when we are root. An ordinary user can
 * be nobody else, so the list stays as it is.
 *
 * @throws {UnknownUserError} when the machine has no such user.
 * @throws {UserChangeUnavailableError} when the machine has no program for it.
 */
export function asMachineUser(
  user: string | undefined,
  argv: readonly string[],
): readonly string[] {
  if (user === undefined || user === 'root' || process.getuid?.() !== 0) {
    return argv;
  }
  const found = parsePasswd(readFileSync('/etc/passwd', 'utf8')).find(({ name }) => name === user);
  if (found === undefined) {
    throw new UnknownUserError(user);
  }
  const setpriv = findProgram('setpriv', searchPath(process.env['PATH']));
  if (setpriv === undefined) {
    throw new UserChangeUnavailableError(user);
  }
  return [setpriv, `--reuid=${found.uid}`, `--regid=${found.gid}`, '--clear-groups', '--', ...argv];
}
