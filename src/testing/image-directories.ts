import type { Accounts } from '../simulator/pebble/accounts.ts';
import type { MemoryFileSystem } from '../simulator/pebble/memory-file-system.ts';

const nowhere = '/nonexistent';

/**
 * Puts what every image has: `/tmp`, and the homes of its users, where commands are executed that are
 * given no directory.
 *
 * @returns the paths, as the file system lists them
 */
export function putImageDirectories(files: MemoryFileSystem, { users }: Accounts): string[] {
  files.putDirectory('/tmp', { permissions: 0o777 });
  const homes = users.filter(({ home }) => home.startsWith('/') && home !== nowhere);
  for (const { home, userId, groupId } of homes) {
    const permissions = userId === 0 ? 0o700 : 0o755;
    if (home !== '/') files.putDirectory(home, { permissions, owner: { userId, groupId } });
  }
  return ['/tmp/', ...homes.map(({ home }) => `${home}/`)];
}
