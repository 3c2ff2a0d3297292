import { describe, expect, test, vi } from 'vitest';

import { pathsOf } from '../../src/flowchart/paths.ts';
import { pebbleReadyChart } from '../../src/pgbouncer/charts/pebble-ready.ts';
import {
  backendData,
  base,
  fileText,
  peerData,
  pgbouncerUnderTest,
  pretendPgbouncer,
  runningUnit,
  type UnderTest,
} from './pgbouncer-under-test.ts';

/** A unit that has started, and whose pebble-ready event is still to come. */
async function startedUnit(): Promise<UnderTest> {
  const under = pgbouncerUnderTest();
  under.harness.begin();
  under.harness.setCanConnect('pgbouncer', true);
  await under.harness.run('start');
  return under;
}

describe('every way through the chart', () => {
  const scenes: Record<string, () => Promise<UnderTest>> = {
    'pebble-ready: is_cfg=no defer': async () => {
      const under = pgbouncerUnderTest();
      under.harness.begin();
      under.harness.setCanConnect('pgbouncer', true);
      return under;
    },
    'pebble-ready: is_cfg=yes gen_cfg verify return': startedUnit,
  };

  test('is tried here', () => {
    const lines = pathsOf(pebbleReadyChart).map(({ line }) => line);
    expect(Object.keys(scenes).toSorted()).toEqual(lines.toSorted());
  });

  test.each(Object.entries(scenes))('%s', async (line, scene) => {
    const { harness } = await scene();
    expect((await harness.run('pgbouncer-pebble-ready')).paths).toEqual([line]);
  });
});

test('plans one service a core, as postgres, and starts all of them', async () => {
  const { harness, machine } = await startedUnit();
  machine.cores = 3;
  const container = harness.container('pgbouncer');
  expect((await container.plan()).services).toEqual({});
  await harness.run('pgbouncer-pebble-ready');
  const { services } = await container.plan();
  expect(Object.keys(services)).toEqual(['pgbouncer_0', 'pgbouncer_1', 'pgbouncer_2']);
  expect(services['pgbouncer_2']).toMatchObject({
    command: `pgbouncer ${base}/instance_2/pgbouncer.ini`,
    startup: 'enabled',
    user: 'postgres',
    group: 'postgres',
  });
  expect(await container.services()).toEqual({
    pgbouncer_0: 'active',
    pgbouncer_1: 'active',
    pgbouncer_2: 'active',
  });
  expect(harness.status.unit).toMatchObject({ status: 'active', message: '' });
});

test('is Active without a backend: the services decide', async () => {
  const { harness } = await runningUnit();
  expect(harness.status.unit).toMatchObject({ status: 'active', message: '' });
});

test('may come before config-changed and start, and is made up for', async () => {
  const { harness } = pgbouncerUnderTest();
  await harness.beginWithInitialHooks({ pebbleReady: 'after-install' });
  expect(harness.runs.flatMap(({ paths }) => paths)).toContain('pebble-ready: is_cfg=no defer');
  await harness.reemitDeferred();
  expect(harness.deferred).toEqual([]);
  expect(await harness.container('pgbouncer').services()).toEqual({
    pgbouncer_0: 'active',
    pgbouncer_1: 'active',
  });
  expect(harness.status.unit).toMatchObject({ status: 'blocked' });
});

test('waits, and defers, while there is no config', async () => {
  const { harness } = pgbouncerUnderTest({ leader: false });
  harness.begin();
  await harness.containerPebbleReady('pgbouncer');
  expect(harness.status.unit).toMatchObject({
    status: 'waiting',
    message: 'waiting for the pgbouncer config',
  });
  expect(harness.deferred).toMatchObject([
    { kind: 'pgbouncer-pebble-ready', reason: expect.stringContaining('no pgbouncer config yet') },
  ]);
});

test('defers when the container is gone before it is looked at, or goes in the middle', async () => {
  const { harness } = await startedUnit();
  harness.setCanConnect('pgbouncer', false);
  expect((await harness.run('pgbouncer-pebble-ready')).paths).toEqual([
    'pebble-ready: is_cfg=no defer',
  ]);
  harness.setCanConnect('pgbouncer', true);
  harness.container('pgbouncer').fail({ path: '/v1/layers', times: 1 });
  const { paths } = await harness.run('update-status');
  expect(paths[0]).toMatch(/^pebble-ready: is_cfg=yes gen_cfg.* is_cfg=no.* defer$/);
  await harness.reemitDeferred();
  expect(harness.deferred).toEqual([]);
});

test('a service that ends at once makes the unit wait, and the hook succeed', async () => {
  const { harness } = await startedUnit();
  harness.container('pgbouncer').exitAtStart('pgbouncer', 1);
  const { exitCode, paths, logs } = await harness.run('pgbouncer-pebble-ready');
  expect([exitCode, paths]).toEqual([0, ['pebble-ready: is_cfg=yes gen_cfg verify return']]);
  expect(harness.status.unit.status).toBe('waiting');
  expect(harness.status.unit.message).toMatch(/^PgBouncer service pgbouncer_0 not running: \w+$/);
  expect(logs.filter(({ message }) => message.startsWith('cannot finish change'))).toMatchObject([
    { level: 'ERROR' },
  ]);
  expect(harness.deferred).toEqual([]);
});

test('coming again, it starts nothing anew', async () => {
  const { harness } = await runningUnit();
  const { processes } = harness.container('pgbouncer');
  const before = processes.length;
  await harness.run('pgbouncer-pebble-ready');
  expect(processes).toHaveLength(before);
  expect(processes.every(({ running, signals }) => running && signals.length === 0)).toBe(true);
});

test('a service that is not wanted any more is stopped and stays down', async () => {
  const { harness, machine } = await runningUnit();
  machine.cores = 1;
  await harness.run('pgbouncer-pebble-ready');
  const container = harness.container('pgbouncer');
  expect(await container.services()).toEqual({ pgbouncer_0: 'active', pgbouncer_1: 'inactive' });
  expect((await container.plan()).services['pgbouncer_1']?.startup).toBe('disabled');
  expect(harness.status.unit.status).toBe('active');
  machine.cores = 2;
  await harness.run('pgbouncer-pebble-ready');
  expect(await container.services()).toEqual({ pgbouncer_0: 'active', pgbouncer_1: 'active' });
});

test('a service that is not wanted any more and keeps failing is not started again', async () => {
  const { harness, machine } = await runningUnit();
  const container = harness.container('pgbouncer');
  container.process('pgbouncer_1')?.exit(1);
  await vi.waitFor(async () => {
    expect(await container.services()).toMatchObject({ pgbouncer_1: 'backoff' });
  });
  machine.cores = 1;
  await harness.run('pgbouncer-pebble-ready');
  expect(await container.services()).toEqual({ pgbouncer_0: 'active', pgbouncer_1: 'inactive' });
});

test('a container that restarts alone gets its files back, on the leader and on followers', async () => {
  for (const leader of [true, false]) {
    const under = pgbouncerUnderTest({ leader: true });
    const { harness } = under;
    await harness.addRelation('backend-database', 'postgresql', { appData: backendData });
    await harness.beginWithInitialHooks();
    const files = [
      'pgbouncer.ini',
      'instance_0/pgbouncer.ini',
      'instance_1/pgbouncer.ini',
      'userlist.txt',
    ];
    const before = files.map((path) => fileText(harness, path));
    await harness.setLeader(leader);
    await harness.restartContainer('pgbouncer');
    expect(files.map((path) => fileText(harness, path))).toEqual(before);
    expect(fileText(harness, 'userlist.txt')).toContain('relation_7');
    expect(await harness.container('pgbouncer').services()).toEqual({
      pgbouncer_0: 'active',
      pgbouncer_1: 'active',
    });
    expect(harness.container('pgbouncer').processes).toHaveLength(2);
    expect(harness.deferred).toEqual([]);
    expect(harness.status.unit.status).toBe('active');
    expect(harness.container('pgbouncer').paths).not.toContain(`${base}/change.pending`);
  }
});

test('a replaced pod gets its files back, and clients can log in again', async () => {
  const { harness } = pgbouncerUnderTest();
  await harness.addRelation('backend-database', 'postgresql', { appData: backendData });
  await harness.beginWithInitialHooks();
  await harness.updateConfig({ pool_mode: 'transaction' });
  await harness.podChurn();
  expect(fileText(harness, 'instance_1/pgbouncer.ini')).toContain('pool_mode = transaction\n');
  expect(fileText(harness, 'userlist.txt')).toBe('"relation_7" "sesame-open-7"\n');
  expect(await harness.container('pgbouncer').services()).toEqual({
    pgbouncer_0: 'active',
    pgbouncer_1: 'active',
  });
  expect(harness.deferred).toEqual([]);
});

test('without a peer relation database the config in the container is enough', async () => {
  const { harness } = await startedUnit();
  const id = harness.relationId('pgb-peers');
  expect(peerData(harness)['cfg_file']).toBeDefined();
  await harness.hooksDisabled(() =>
    harness.updateRelationData(id, harness.appName, { cfg_file: undefined }),
  );
  expect((await harness.run('pgbouncer-pebble-ready')).paths).toEqual([
    'pebble-ready: is_cfg=yes gen_cfg verify return',
  ]);
});

test('an option that cannot be used keeps the unit Blocked while its services run', async () => {
  const { harness } = await startedUnit();
  await harness.hooksDisabled(() => harness.updateConfig({ pool_mode: 'abc' }));
  await harness.run('pgbouncer-pebble-ready');
  expect(harness.status.unit).toMatchObject({
    status: 'blocked',
    message: 'option pool_mode is "abc", and must be session, transaction or statement',
  });
  expect(harness.container('pgbouncer').process('pgbouncer_0')?.running).toBe(true);
});

test('a service whose file changed while it ran is told to reload', async () => {
  const { harness } = await runningUnit();
  const container = harness.container('pgbouncer');
  container.setProgram('pgbouncer', pretendPgbouncer);
  await harness.hooksDisabled(() =>
    harness.addRelation('backend-database', 'postgresql', { appData: backendData }),
  );
  await harness.run('pgbouncer-pebble-ready');
  expect(fileText(harness, 'instance_0/pgbouncer.ini')).toContain('orders = ');
  expect(container.process('pgbouncer_0')?.signals).toEqual(['SIGHUP']);
});
