import type { FileInfo } from 'charmwright/pebble';

import type { Pooler } from '../pooler.ts';
import { baseDir, instanceDir, owner } from './paths.ts';
import { runningServices } from './services.ts';

const mode = 0o700;

/**
 * Makes the directories of the charm and of each process: open to their owner alone, because that is
 * what protects the sockets in them.
 *
 * A directory that is there with another owner or mode is made anew, as Pebble cannot change either;
 * while a process runs, it is left and warned about.
 */
export async function ensureDirectories(pooler: Pooler): Promise<void> {
  for (const dir of directories(pooler)) {
    const found = await pooler.unit.container('pgbouncer').findFile(dir);
    if (found !== undefined && !isOurs(found)) {
      await removeForeign(pooler, dir);
    }
  }
  await makeMissingDirectories(pooler);
}

/** Makes the directories that are not there, such as all of them in a container that restarted. */
export async function makeMissingDirectories(pooler: Pooler): Promise<void> {
  const all = directories(pooler);
  const container = pooler.unit.container('pgbouncer');
  const there = await Promise.all(all.map((dir) => container.exists(dir)));
  const attributes = { permissions: mode, user: owner, group: owner, makeParents: true };
  for (const dir of all.filter((_, index) => there[index] === false)) {
    await container.makeDir(dir, attributes);
  }
}

function directories(pooler: Pooler): readonly string[] {
  const instances = Array.from({ length: pooler.machine.instances() }, (_, n) => instanceDir(n));
  return [baseDir, ...instances];
}

async function removeForeign(pooler: Pooler, dir: string): Promise<void> {
  if ((await runningServices(pooler)).length > 0) {
    pooler.logger.warn(`${dir} should belong to ${owner} alone, and is in use as it is`);
    return;
  }
  pooler.logger.warn(`${dir} is made anew, because it does not belong to ${owner} alone`);
  await pooler.unit.container('pgbouncer').removePath(dir, { recursive: true });
}

function isOurs({ type, user, group, permissions }: FileInfo): boolean {
  return type === 'directory' && user === owner && group === owner && permissions === mode;
}
