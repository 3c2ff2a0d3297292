import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostgresql } from '../../src/local/database/postgresql-programs.ts';
import { findProgram, searchPath } from '../../src/local/pod/program-path.ts';
import { leftoversAfter } from '../support/leftovers.ts';
import {
  canRun,
  liveThrough,
  ordinaryUser,
  parseSighting,
  startScenario,
  type Scenario,
  type Sighting,
  type User,
} from '../support/pod-scenario.ts';

const isRoot = process.getuid?.() === 0;
const ordinary = ordinaryUser();
const path = process.env['PATH'];
const tryMounts = 'mount -t tmpfs none /mnt';

const rootNamespaces =
  isRoot && canRun(['unshare', '--mount', '--net', '--pid', '--fork', 'sh', '-c', tryMounts]);
const userNamespaces = canRun(
  ['unshare', '--user', '--map-root-user', '--mount', '--net', 'sh', '-c', tryMounts],
  ordinary,
);
const pgbouncer = findProgram('pgbouncer', searchPath(path)) !== undefined;
const postgresql = findPostgresql(path) !== undefined;

interface Way {
  readonly title: string;
  readonly isolation: Scenario['isolation'];
  readonly user: User;
  readonly standIn: boolean;
  readonly database: Scenario['database'];
  /** What this machine lacks for it. */
  readonly lacks: string | undefined;
}

const poolers = [
  { pooler: 'pgbouncer', standIn: false, lacksPooler: pgbouncer ? undefined : 'pgbouncer' },
  { pooler: 'the stand-in', standIn: true, lacksPooler: undefined },
];
const databases = [
  { database: 'postgresql', lacksDatabase: postgresql ? undefined : 'PostgreSQL' },
  { database: 'pglite', lacksDatabase: undefined },
] as const;
const pods = [
  {
    pod: 'namespaces',
    isolation: 'namespaces',
    user: {},
    lacksPod: rootNamespaces ? undefined : 'namespaces of root',
  },
  {
    pod: 'a user namespace',
    isolation: 'user-namespace',
    user: ordinary,
    lacksPod: userNamespaces ? undefined : 'namespaces of ordinary users',
  },
  { pod: 'a folder, by us', isolation: 'mapped', user: {}, lacksPod: undefined },
  {
    pod: 'a folder, by an ordinary user',
    isolation: 'mapped',
    user: ordinary,
    lacksPod: undefined,
  },
] as const;

/** Every kind of pod with each pooler, and each database somewhere with each pooler. */
const ways: readonly Way[] = pods.flatMap(({ pod, isolation, user, lacksPod }, row) =>
  poolers.flatMap(({ pooler, standIn, lacksPooler }, column) =>
    databases
      .filter((_, index) => index === (row + column) % databases.length || row === 0)
      .map(({ database, lacksDatabase }) => {
        const lacks = lacksPod ?? lacksPooler ?? lacksDatabase;
        const wants = `${pooler} before ${database} in ${pod}`;
        const title =
          lacks === undefined ? wants : `${wants} (skipped: this machine lacks ${lacks})`;
        return { title, isolation, user, standIn, database, lacks };
      }),
  ),
);

const standInName = 'charmwright-pgbouncer-standin';
const nothing = { processes: [], mounts: [] };
const mappedShape = {
  host: { isolation: 'mapped', network: 'machine' },
  address: '127.0.0.1',
  neighbour: { refused: 'pod-crowded' },
  charm: expect.arrayContaining(['for the charm', 'socket']),
};
const namespaceShape = {
  host: { isolation: expect.stringMatching(/^namespaces$|^user-namespace$/), network: 'own' },
  address: expect.stringMatching(/^10\./),
  neighbour: { address: expect.stringMatching(/^10\./), answer: '42' },
  charm: expect.arrayContaining(['for the charm', 'pgbouncer-0', 'socket']),
  death: 'pgbouncer',
};
const changesByItself = new Set([
  '/proc',
  '/run',
  '/sys',
  '/tmp',
  '/work',
  '/dev',
  '/root',
  '/home',
]);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp('/tmp/pod-');
  await chmod(folder, 0o711);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.each(ways.map((way) => [way.title, way] as const))('%s', (_, way) => {
  it.skipIf(way.lacks !== undefined)(
    'answers, reloads, restarts and leaves nothing behind',
    async () => {
      const { isolation, user, standIn, database } = way;
      const files = machineFiles();
      if (user.uid !== undefined && user.gid !== undefined) {
        await chown(folder, user.uid, user.gid);
      }

      const seen = await liveThrough({ folder, isolation, standIn, database }, user);

      expect(machineFiles()).toEqual(files);
      expect(await leftoversAfter(5000, folder, foreignNetwork(seen))).toEqual(nothing);
      expect(seen).toMatchObject(expectedOf(way));
      expect(seen.host.isolation).toBe(isolation);
      expect(seen.image.includes(standInName)).toBe(standIn);
      expect(seen.console.version.includes(standInName)).toBe(standIn);
      expect(seen.charm.includes('CHARMWRIGHT_CONTAINERS_DIR')).toBe(isolation === 'mapped');
      expect(canRun(['rm', '-r', `${folder}/pod`, `${folder}/db`], user)).toBe(true);
    },
  );
});

describe('a deployment whose process is killed', () => {
  const killable = [
    { isolation: 'namespaces', lacks: rootNamespaces ? undefined : 'namespaces of root' },
    { isolation: 'mapped', lacks: undefined },
  ] as const;
  it.for(killable)(
    'takes its $isolation pod and its database with it',
    async ({ isolation, lacks }, { skip }) => {
      skip(lacks !== undefined, `this machine lacks ${lacks}`);
      const database = postgresql ? 'postgresql' : 'pglite';
      const child = startScenario({ folder, isolation, standIn: true, database, hang: true });
      const [line] = await once(createInterface(child.stdout), 'line');
      const seen = parseSighting(String(line));

      child.kill('SIGKILL');
      await once(child, 'close');

      expect(await leftoversAfter(15_000, folder, foreignNetwork(seen))).toEqual(nothing);
    },
  );
});

/** What is seen of every pod, however it is kept apart. */
function expectedOf({ isolation, database }: Way): object {
  return {
    ...(isolation === 'mapped' ? mappedShape : namespaceShape),
    workload: ['own', 'pgbouncer', 'nothing of the machine'],
    database,
    answer: '42',
    console: { before: '7', after: '9' },
    files: expect.arrayContaining(['pgbouncer.ini postgres 400']),
    afterRestart: { services: [], files: [] },
  };
}

/** The network that only the deployment was in. */
function foreignNetwork({ host, networkNamespace }: Sighting): string | undefined {
  return host.network === 'own' ? networkNamespace : undefined;
}

/** Places of the machine that pods write in their own view, with the times of their entries. */
function machineFiles(): readonly string[] {
  return ['/', '/etc', '/var/lib', '/var/lib/postgresql', '/var/log', '/charm', '/dev/shm']
    .filter((directory) => existsSync(directory))
    .flatMap((directory) =>
      readdirSync(directory)
        .map((name) => join(directory, name))
        .filter((path) => !changesByItself.has(path))
        .map((path) => {
          const stats = statSync(path, { throwIfNoEntry: false });
          return `${path} ${stats?.uid} ${stats?.mode} ${stats?.mtimeMs}`;
        }),
    );
}
