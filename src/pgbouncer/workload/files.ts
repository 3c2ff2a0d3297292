import type { PushedFile } from 'charmwright/pebble';

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

/** The files of this unit as they are in the container, by path; without those that are not there. */
export type FoundFiles = ReadonlyMap<string, string>;

/** Reads the files of all processes, at once: none says anything about another. */
export async function readFiles(pooler: Pooler): Promise<FoundFiles> {
  const all = [
    paths.baseIniFile,
    paths.userlistFile,
    paths.pendingFile,
    ...instancesOf(pooler).map((instance) => paths.instanceIniFile(instance)),
  ];
  const container = pooler.unit.container('pgbouncer');
  const texts = await Promise.all(
    all.map(async (path) => [path, await container.findText(path)] as const),
  );
  return new Map(texts.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * Writes the files of all processes where they differ from what they shall be: the users first, whose
 * file the others name, and last the shared file, which no process reads.
 *
 * A file marks the change as pending before anything is written, so that a dispatch that dies
 * before the processes took the change leaves the next one to finish it.
 */
export async function writeFiles(
  pooler: Pooler,
  found: FoundFiles,
  config: PoolerConfig,
  backend: BackendReading,
): Promise<Changes> {
  const instances = instancesOf(pooler);
  const base = baseIni(config, instances.length);
  const targets = instances.map((instance) => ({
    service: paths.serviceName(instance),
    ...target(found, paths.instanceIniFile(instance), instanceIni(base, instance)),
  }));
  const shared = target(found, paths.baseIniFile, base);
  const outdated = [...targets, shared].filter(({ change }) => change !== undefined);
  const users = userlistChange(found, backend);
  const strongest = stronger(pendingChange(found), users === 'none' ? undefined : 'reload');
  const changes = new Map<string, Change>();
  for (const { service, change } of targets) {
    const needed = stronger(strongest, change);
    if (needed !== undefined) {
      changes.set(service, needed);
    }
  }
  if (outdated.length === 0 && users === 'none') {
    return changes;
  }
  if (![...targets, shared].every(({ path }) => found.has(path))) {
    await makeMissingDirectories(pooler);
  }
  const strongestOfAll = [...changes.values()].includes('restart') ? 'restart' : 'reload';
  const container = pooler.unit.container('pgbouncer');
  // In a request of its own: within one, Pebble goes on behind a file that it could not write.
  await container.pushFiles([pushed(paths.pendingFile, strongestOfAll)]);
  await container.pushFiles([
    ...(typeof users === 'object' ? [pushed(paths.userlistFile, users.text)] : []),
    ...outdated.map(({ path, text }) => pushed(path, text)),
  ]);
  if (users === 'remove') {
    await container.removePath(paths.userlistFile);
  }
  return changes;
}

/** Notes that every process works with the files as they are. */
export async function settleChanges(pooler: Pooler): Promise<void> {
  await pooler.unit.container('pgbouncer').removePath(paths.pendingFile, { recursive: true });
}

/** What has to be done about the file of users. */
function userlistChange(
  found: FoundFiles,
  backend: BackendReading,
): 'none' | 'remove' | { readonly text: string } {
  if (backend.kind === 'unusable') {
    return 'none';
  }
  const current = found.get(paths.userlistFile);
  if (backend.kind === 'absent') {
    return current === undefined ? 'none' : 'remove';
  }
  const { username: user, password } = backend;
  const text = renderUserlist([{ user, password }]);
  return text === current ? 'none' : { text };
}

interface Target {
  readonly path: string;
  readonly text: string;
  /** Absent when the file is as it shall be. */
  readonly change: Change | undefined;
}

function target(found: FoundFiles, path: string, ini: PgbouncerIni): Target {
  const current = found.get(path);
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

function pendingChange(found: FoundFiles): Change | undefined {
  const text = found.get(paths.pendingFile);
  if (text === undefined) {
    return undefined;
  }
  return text === 'reload' ? 'reload' : 'restart';
}

function instancesOf(pooler: Pooler): readonly number[] {
  return Array.from({ length: pooler.machine.instances() }, (_, instance) => instance);
}

function pushed(path: string, content: string): PushedFile {
  const { owner } = paths;
  return { path, content, user: owner, group: owner, permissions: 0o400 };
}
