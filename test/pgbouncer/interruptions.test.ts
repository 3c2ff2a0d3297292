import { messageOf } from 'charmwright';
import type { PretendProgram } from 'charmwright/testing';
import { describe, expect, test } from 'vitest';

import {
  backendData,
  base,
  peerData,
  pgbouncerUnderTest,
  pretendPgbouncer,
  type UnderTest,
} from './pgbouncer-under-test.ts';

type Harness = UnderTest['harness'];
type Loaded = Map<string, { atStart: string; now: string }>;

/** A unit before something happens to it, and what its processes have read of their files. */
interface Scene extends UnderTest {
  readonly loaded: Loaded;
}

const backend = { appData: backendData, units: { 'postgresql/0': {} } };

/** A PgBouncer that needs its file to start, and reads it and the file of users on SIGHUP. */
function readingPgbouncer(files: () => Harness, loaded: Loaded): PretendProgram {
  return (process) => {
    const [, ini = ''] = process.spec.argv;
    const read = () =>
      [ini, `${base}/userlist.txt`]
        .map((path) => files().container('pgbouncer').file(path)?.text ?? '')
        .join('\n');
    if (files().container('pgbouncer').file(ini) === undefined) {
      process.exit(1);
      return undefined;
    }
    const atStart = read();
    loaded.set(process.spec.service, { atStart, now: atStart });
    const signalled = pretendPgbouncer(process);
    return (signal) => {
      if (signal === 'SIGHUP') {
        loaded.set(process.spec.service, { atStart, now: read() });
      }
      signalled?.(signal);
    };
  };
}

/** A leader with a client, whose container answers and whose hooks until now nobody heard. */
async function fresh(): Promise<Scene> {
  const loaded: Loaded = new Map();
  const program = readingPgbouncer(() => under.harness, loaded);
  const under: UnderTest = pgbouncerUnderTest({
    containers: { pgbouncer: { programs: { pgbouncer: program } } },
  });
  await under.harness.addRelation('database', 'webshop', { units: { 'webshop/0': {} } });
  under.harness.begin();
  await under.harness.hooksDisabled(() => under.harness.containerPebbleReady('pgbouncer'));
  return { ...under, loaded };
}

async function started(): Promise<Scene> {
  const scene = await fresh();
  await scene.harness.run('start');
  return scene;
}

async function running(): Promise<Scene> {
  const scene = await started();
  await scene.harness.run('pgbouncer-pebble-ready');
  return scene;
}

async function serving(): Promise<Scene> {
  const scene = await running();
  await scene.harness.addRelation('backend-database', 'postgresql', backend);
  return scene;
}

interface Happening {
  readonly before: () => Promise<Scene>;
  readonly happen: (harness: Harness) => Promise<unknown>;
}

const happenings: Record<string, Happening> = {
  'the first start': { before: fresh, happen: (harness) => harness.run('start') },
  'the first pebble-ready': {
    before: started,
    happen: (harness) => harness.run('pgbouncer-pebble-ready'),
  },
  'a change that needs a reload': {
    before: serving,
    happen: (harness) => harness.updateConfig({ pool_mode: 'transaction' }),
  },
  'a change that needs a restart': {
    before: serving,
    happen: (harness) => harness.updateConfig({ listen_port: 7000 }),
  },
  'a backend that comes': {
    before: running,
    happen: (harness) => harness.addRelation('backend-database', 'postgresql', backend),
  },
  'a new password': {
    before: serving,
    happen: (harness) =>
      harness.updateRelationData(harness.relationId('backend-database'), 'postgresql', {
        password: 'sesame-2',
      }),
  },
  'a backend that goes': {
    before: serving,
    happen: (harness) => harness.removeRelation(harness.relationId('backend-database')),
  },
};

class Killed extends Error {}

/** All that the unit has come to. */
async function outcome({ harness }: UnderTest): Promise<Readonly<Record<string, unknown>>> {
  const container = harness.container('pgbouncer');
  const files = container.paths.filter((path) => path.startsWith(base));
  return {
    files: files.map((path) => [path, container.file(path)]),
    services: await container.services(),
    peers: peerData(harness),
    client: harness.getRelationData(harness.relationId('database'), harness.appName),
    ports: harness.openedPorts,
    status: harness.status.unit.message,
    deferred: harness.deferred,
  };
}

const events = [
  'start',
  'pgbouncer-pebble-ready',
  'config-changed',
  'backend-database-relation-created',
  'backend-database-relation-joined',
  'backend-database-relation-changed',
  'backend-database-relation-departed',
  'backend-database-relation-broken',
] as const;

/** Has Juju retry what failed, and go on as it always does. */
async function goOn({ harness }: Scene): Promise<void> {
  for (let failed = harness.failedHook; failed !== undefined; failed = harness.failedHook) {
    await harness.run(events.find((event) => event === failed) ?? 'update-status');
  }
  await harness.advance(0);
  await harness.reemitDeferred();
  await harness.run('update-status');
}

/**
 * Lets it happen undisturbed.
 *
 * @returns what becomes of it, and the requests to Pebble at which a disturbance makes a difference:
 * the first and each one behind a request that changed something.
 */
async function undisturbed({ before, happen }: Happening) {
  const scene = await before();
  const { requests } = scene.harness.container('pgbouncer');
  requests.length = 0;
  await happen(scene.harness);
  const turns = requests.flatMap((_, index) =>
    requests[index - 1]?.method === 'GET' ? [] : [index + 1],
  );
  await goOn(scene);
  return { turns, expected: await outcome(scene) };
}

/** What a process runs with, whatever it had when it started but can change on SIGHUP. */
function listening(text: string): string | undefined {
  return /^listen_port = .*$/m.exec(text)?.[0];
}

function expectFollowed({ harness, loaded }: Scene): void {
  const container = harness.container('pgbouncer');
  const userlist = container.file(`${base}/userlist.txt`)?.text ?? '';
  for (const [service, { atStart, now }] of loaded) {
    const ini = container.file(`${base}/${service.replace('pgbouncer', 'instance')}/pgbouncer.ini`);
    expect([service, now]).toEqual([service, `${ini?.text}\n${userlist}`]);
    expect([service, listening(atStart)]).toEqual([service, listening(now)]);
  }
}

describe.each(Object.entries(happenings))('%s', (_, happening) => {
  test('is followed when nothing disturbs it', async () => {
    const scene = await happening.before();
    await happening.happen(scene.harness);
    await goOn(scene);
    expectFollowed(scene);
  });

  test('ends the same when the hook is killed at any request to Pebble', async () => {
    const { turns, expected } = await undisturbed(happening);
    expect(turns.length).toBeGreaterThan(2);
    for (const atRequest of turns) {
      const scene = await happening.before();
      const error = () => new Killed(`at request ${atRequest}`);
      scene.harness.container('pgbouncer').fail({ atRequest, error });
      await expect(happening.happen(scene.harness)).rejects.toThrow(Killed);
      await goOn(scene);
      expectFollowed(scene);
      expect(await outcome(scene), `killed at request ${atRequest}`).toEqual(expected);
    }
  }, 60_000);

  test('ends the same when the container restarts at any request to Pebble', async () => {
    const { turns, expected } = await undisturbed(happening);
    for (const atRequest of turns) {
      const scene = await happening.before();
      const { harness } = scene;
      const heal = harness.container('pgbouncer').fail({ atRequest, times: 1_000_000 });
      await happening.happen(harness);
      expect(harness.failedHook).toBeUndefined();
      heal();
      await harness.restartContainer('pgbouncer');
      await goOn(scene);
      expectFollowed(scene);
      expect(harness.deferred).toEqual([]);
      expect(peerData(harness)).toEqual(expected['peers']);
    }
  }, 60_000);

  test.each(['relation-set', 'open-port', 'status-set', 'opened-ports'])(
    'ends the same when %s cannot be run once',
    async (tool) => {
      const { expected } = await undisturbed(happening);
      const scene = await happening.before();
      const heal = scene.harness.failHookTool(tool, { code: 'unavailable', times: 1 });
      const thrown = await happening.happen(scene.harness).then(() => tool, messageOf);
      expect(thrown).toContain(tool);
      heal();
      await goOn(scene);
      expectFollowed(scene);
      expect(await outcome(scene)).toEqual(expected);
    },
  );
});
