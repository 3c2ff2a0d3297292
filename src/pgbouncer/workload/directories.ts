import { PebblePathError, type FileInfo } from 'charmwright/pebble';

import type { Pooler } from '../pooler.ts';
import { baseDir, instanceDir, owner } from './paths.ts';
import { runningServices } from './services.ts';

const mode = 0o700;

/**
 * Makes the directories of the charm and of each process: open to their owner alone, because that is
 * what protects the sockets in them.
 *
 * A directory that is there with another owner or mode is made anew, as Pebble cannot change either;
 * while a process runs in it, it is left and warned about.
 */
export async function ensureDirectories(pooler: Pooler): Promise<void> {
  const instances = Array.from({ length: pooler.machine.instances() }, (_, n) => instanceDir(n));
  for (const dir of [baseDir, ...instances]) {
    await ensureDirectory(pooler, dir);
  }
}

async function ensureDirectory(pooler: Pooler, dir: string): Promise<void> {
  const container = pooler.unit.container('pgbouncer');
  const found = await describe(pooler, dir);
  if (found !== undefined && isOurs(found)) {
    return;
  }
  if (found !== undefined) {
    if ((await runningServices(pooler)).length > 0) {
      pooler.logger.warn(`${dir} should belong to ${owner} alone, and is in use as it is`);
      return;
    }
    pooler.logger.warn(`${dir} is made anew, because it does not belong to ${owner} alone`);
    await container.removePath(dir, { recursive: true });
  }
  await container.makeDir(dir, { permissions: mode, user: owner, group: owner, makeParents: true });
}

async function describe(pooler: Pooler, dir: string): Promise<FileInfo | undefined> {
  try {
    const [found] = await pooler.unit.container('pgbouncer').listFiles(dir, { itself: true });
    return found;
  } catch (error) {
    if (error instanceof PebblePathError && error.kind === 'not-found') {
      return undefined;
    }
    throw error;
  }
}

function isOurs({ type, user, permissions }: FileInfo): boolean {
  return type === 'directory' && user === owner && permissions === mode;
}
