import { PebblePathError } from 'charmwright/pebble';

import { readIni } from '../ini/read.ts';
import { renderIni } from '../ini/render.ts';
import type { PgbouncerIni, PgbouncerSection } from '../ini/schema.ts';
import { renderUserlist } from '../ini/userlist.ts';
import { baseIni, instanceIni, type PoolerConfig } from '../pooler-config.ts';
import type { Pooler } from '../pooler.ts';
import type { BackendReading } from '../relations/backend-data.ts';
import { makeMissingDirectories } from './directories.ts';
import * as paths from './paths.ts';

/** What a process has to do to work with the files as they are now. */
export type Change = 'reload' | 'restart';

/** Which processes have to do something, by the names of their services. */
export type Changes = ReadonlyMap<string, Change>;

// PgBouncer 1.18 says so in the last column of SHOW CONFIG; on SIGHUP it passes over them.
const needsRestart: readonly (keyof PgbouncerSection)[] = [
  'listen_addr',
  'listen_port',
  'logfile',
  'pidfile',
  'so_reuseport',
  'unix_socket_dir',
  'user',
];

/**
 * Writes the files of all processes where they differ from what they shall be: the users first, whose
 * file the others name, and last the shared file, which no process reads.
 *
 * A file marks the change as pending before anything is written, so that a dispatch that dies
 * before the processes took the change leaves the next one to finish it.
 */
export async function writeFiles(
  pooler: Pooler,
  config: PoolerConfig,
  backend: BackendReading,
): Promise<Changes> {
  const instances = pooler.machine.instances();
  const base = baseIni(config, instances);
  const readTargets = Promise.all(
    Array.from({ length: instances }, async (_, instance) => {
      const ini = instanceIni(base, instance);
      const path = paths.instanceIniFile(instance);
      const service = paths.serviceName(instance);
      return { service, ...target(path, await read(pooler, path), ini) };
    }),
  );
  const [users, targets, current, pending] = await Promise.all([
    userlistChange(pooler, backend),
    readTargets,
    read(pooler, paths.baseIniFile),
    pendingChange(pooler),
  ]);
  const shared = target(paths.baseIniFile, current, base);
  const outdated = [...targets, shared].filter(({ change }) => change !== undefined);
  const strongest = stronger(pending, users === undefined ? undefined : 'reload');
  const changes = new Map<string, Change>();
  for (const { service, change } of targets) {
    const needed = stronger(strongest, change);
    if (needed !== undefined) {
      changes.set(service, needed);
    }
  }
  if (outdated.length > 0 || users !== undefined) {
    await makeMissingDirectories(pooler);
    await push(
      pooler,
      paths.pendingFile,
      [...changes.values()].includes('restart') ? 'restart' : 'reload',
    );
    await users?.();
    for (const { path, text } of outdated) {
      await push(pooler, path, text);
    }
  }
  return changes;
}

/** Notes that every process works with the files as they are. */
export async function settleChanges(pooler: Pooler): Promise<void> {
  await pooler.unit.container('pgbouncer').removePath(paths.pendingFile, { recursive: true });
}

/** How the file of users has to be changed, if at all. */
async function userlistChange(
  pooler: Pooler,
  backend: BackendReading,
): Promise<(() => Promise<void>) | undefined> {
  if (backend.kind === 'unusable') {
    return undefined;
  }
  const { userlistFile } = paths;
  const current = await read(pooler, userlistFile);
  if (backend.kind === 'absent') {
    return current === undefined
      ? undefined
      : () => pooler.unit.container('pgbouncer').removePath(userlistFile);
  }
  const { username: user, password } = backend;
  const text = renderUserlist([{ user, password }]);
  return text === current ? undefined : () => push(pooler, userlistFile, text);
}

interface Target {
  readonly path: string;
  readonly text: string;
  /** Absent when the file is as it shall be. */
  readonly change: Change | undefined;
}

function target(path: string, current: string | undefined, ini: PgbouncerIni): Target {
  const text = renderIni(ini);
  return { path, text, change: text === current ? undefined : changeBetween(current, ini) };
}

function changeBetween(current: string | undefined, ini: PgbouncerIni): Change {
  let before: PgbouncerSection;
  try {
    before = readIni(current ?? '').pgbouncer;
  } catch {
    // Nobody knows what a process made of a file that we cannot read.
    return 'restart';
  }
  const differs = (key: keyof PgbouncerSection) => before[key] !== ini.pgbouncer[key];
  return needsRestart.some(differs) ? 'restart' : 'reload';
}

function stronger(a: Change | undefined, b: Change | undefined): Change | undefined {
  return a === 'restart' || b === 'restart' ? 'restart' : (a ?? b);
}

async function pendingChange(pooler: Pooler): Promise<Change | undefined> {
  const text = await read(pooler, paths.pendingFile);
  if (text === undefined) {
    return undefined;
  }
  return text === 'reload' ? 'reload' : 'restart';
}

async function read(pooler: Pooler, path: string): Promise<string | undefined> {
  try {
    return await pooler.unit.container('pgbouncer').pullText(path);
  } catch (error) {
    if (error instanceof PebblePathError && error.kind === 'not-found') {
      return undefined;
    }
    throw error;
  }
}

async function push(pooler: Pooler, path: string, text: string): Promise<void> {
  const { owner } = paths;
  await pooler.unit
    .container('pgbouncer')
    .push(path, text, { user: owner, group: owner, permissions: 0o400 });
}
