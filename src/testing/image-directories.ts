import type { Accounts } from '../simulator/pebble/accounts.ts';
import type { MemoryFileSystem } from '../simulator/pebble/memory-file-system.ts';

const nowhere = '/nonexistent';

/**
 * Puts what every container has: `/tmp`, the homes of its users, where commands are executed that are
 * given no directory, and what is mounted.
 *
 * @returns the paths, as the file system lists them
 */
export function putImageDirectories(
  files: MemoryFileSystem,
  { users }: Accounts,
  mounts: readonly string[],
): string[] {
  for (const path of mounts) files.putDirectory(path);
  files.putDirectory('/tmp', { permissions: 0o777 });
  const homes = users.filter(({ home }) => home.startsWith('/') && home !== nowhere);
  for (const { home, userId, groupId } of homes) {
    const permissions = userId === 0 ? 0o700 : 0o755;
    if (home !== '/') files.putDirectory(home, { permissions, owner: { userId, groupId } });
  }
  const all = ['/tmp', ...homes.map(({ home }) => home), ...mounts];
  return all.map((path) => `${path}/`);
}
