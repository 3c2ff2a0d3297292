import 'charmwright/testing/vitest';

import { withContainer, withFiles } from 'charmwright/testing';
import { describe, expect, test } from 'vitest';

import { pathsOf } from '../../src/flowchart/paths.ts';
import { pebbleReadyChart } from '../../src/pgbouncer/charts/pebble-ready.ts';
import { renderIni } from '../../src/pgbouncer/ini/render.ts';
import { defaultConfig, publishedIni } from '../../src/pgbouncer/pooler-config.ts';
import {
  backendData,
  base,
  FakeMachine,
  fileText,
  pgbouncerUnderTest,
} from './pgbouncer-under-test.ts';
import {
  backend,
  context,
  contextOn,
  exitingAtStart,
  fileIn,
  follower,
  leader,
  on,
  publishing,
  runningUnit,
  type PgBouncerState,
} from './states.ts';

const ready = on.pebbleReady('pgbouncer');

/** A leader with its config in place, whose pebble-ready is still to come. */
const started: PgBouncerState = await context.stateAfter([on.start()], leader());

describe('every way through the chart', () => {
  const ways: Readonly<Record<string, PgBouncerState>> = {
    'pebble-ready: is_cfg=no defer': leader(),
    'pebble-ready: is_cfg=yes gen_cfg verify return': started,
  };

  test('is tried here', () => {
    const lines = pathsOf(pebbleReadyChart).map(({ line }) => line);
    expect(Object.keys(ways).toSorted()).toEqual(lines.toSorted());
  });

  test.each(Object.entries(ways))('%s', async (line, state) => {
    const result = await context.run(ready, state);
    expect(result).toHaveWalked(line);
  });
});

describe('with a config', () => {
  test('one service a core is planned, as postgres, and all of them run', async () => {
    const { state } = await contextOn(new FakeMachine({ cores: 3 })).run(ready, started);
    const { services, layers } = state.containers.pgbouncer;
    expect(services).toEqual({
      pgbouncer_0: 'active',
      pgbouncer_1: 'active',
      pgbouncer_2: 'active',
    });
    expect(layers['pgbouncer']?.services?.['pgbouncer_2']).toMatchObject({
      command: `pgbouncer ${base}/instance_2/pgbouncer.ini`,
      startup: 'enabled',
      user: 'postgres',
      group: 'postgres',
    });
  });

  test('the unit is Active, also without a backend: the services decide', async () => {
    const { state } = await context.run(ready, started);
    expect(state).toHaveStatus('active', '');
  });

  test('that only the container has, the services run all the same', async () => {
    const result = await context.run(ready, { ...started, relations: [] });
    expect(result).toHaveWalked('pebble-ready: is_cfg=yes gen_cfg verify return');
    expect(result).toHaveStatus('active');
  });

  test('that only the peers have, a follower gets its files from them', async () => {
    const config = renderIni(publishedIni({ ...defaultConfig, listenPort: 7000 }));
    const { state } = await context.run(ready, follower({ relations: [publishing(config)] }));
    expect(fileIn(state, 'instance_1/pgbouncer.ini')).toContain('listen_port = 7000\n');
    expect(state).toHaveStatus('active', '');
  });

  test('an option that cannot be used keeps the unit Blocked while its services run', async () => {
    const { state } = await context.run(ready, { ...started, config: { pool_mode: 'abc' } });
    expect(state).toHaveStatus(
      'blocked',
      'option pool_mode is "abc", and must be session, transaction or statement',
    );
    expect(state.containers.pgbouncer.services).toMatchObject({ pgbouncer_0: 'active' });
  });

  test('a service that ends at once makes the unit wait, and the hook succeed', async () => {
    const broken = { programs: { pgbouncer: exitingAtStart } };
    const result = await context.run(ready, withContainer(started, 'pgbouncer', broken));
    expect(result).toHaveWalked('pebble-ready: is_cfg=yes gen_cfg verify return');
    expect(result).toHaveStatus('waiting', /^PgBouncer service pgbouncer_0 not running: \w+$/);
    expect(result).toHaveLogged(/^cannot finish change/, 'error');
    expect(result).not.toHaveDeferred();
  });
});

describe('without a config', () => {
  test('a follower waits, and defers', async () => {
    const { state } = await context.run(ready, follower());
    expect(state).toHaveStatus('waiting', 'waiting for the pgbouncer config');
    expect(state).toHaveDeferred({
      event: 'pgbouncer-pebble-ready',
      reason: /no pgbouncer config yet/,
    });
  });

  test('because the container goes in the middle, it is deferred and made up for', async () => {
    const result = await context.run(ready, started, {
      pebbleFaults: { pgbouncer: { path: '/v1/layers' } },
    });
    expect(result.paths[0]).toMatch(/^pebble-ready: is_cfg=yes gen_cfg.* is_cfg=no.* defer$/);
    const { state } = await context.run(on.updateStatus(), result.state);
    expect(state).not.toHaveDeferred();
    expect(state.containers.pgbouncer.services).toMatchObject({ pgbouncer_1: 'active' });
  });

  test('because the container is gone before it is looked at, a deferred one waits on', async () => {
    const { state: waiting } = await context.run(ready, leader());
    const away = withContainer(waiting, 'pgbouncer', { canConnect: false });
    const result = await context.run(on.updateStatus(), away);
    expect(result).toHaveWalked('pebble-ready: is_cfg=no defer');
    expect(result).toHaveDeferred('pgbouncer-pebble-ready');
  });
});

describe('on a unit that runs', () => {
  const oneCore = contextOn(new FakeMachine({ cores: 1 }));

  test('it starts nothing anew', async () => {
    const { workload } = await context.run(ready, await runningUnit());
    expect(workload.pgbouncer).toMatchObject({ started: [], signals: {} });
  });

  test('a service that is not wanted any more is stopped, and started when it is again', async () => {
    const { state: fewer } = await oneCore.run(ready, await runningUnit());
    const { services, layers } = fewer.containers.pgbouncer;
    expect(services).toEqual({ pgbouncer_0: 'active', pgbouncer_1: 'inactive' });
    expect(layers['pgbouncer']?.services?.['pgbouncer_1']?.startup).toBe('disabled');
    expect(fewer).toHaveStatus('active');
    const { state: again } = await context.run(ready, fewer);
    expect(again.containers.pgbouncer.services).toMatchObject({ pgbouncer_1: 'active' });
  });

  test('a service that is not wanted any more and keeps failing is not started again', async () => {
    const failing = { services: { pgbouncer_0: 'active', pgbouncer_1: 'backoff' } } as const;
    const { state } = await oneCore.run(
      ready,
      withContainer(await runningUnit(), 'pgbouncer', failing),
    );
    expect(state.containers.pgbouncer.services).toMatchObject({ pgbouncer_1: 'inactive' });
  });

  test('a service whose file has to change is told to reload', async () => {
    const running = await runningUnit();
    const related = { ...running, relations: [...running.relations, backend()] };
    const { state, workload } = await context.run(ready, related);
    expect(fileIn(state, 'instance_0/pgbouncer.ini')).toContain('orders = ');
    expect(workload.pgbouncer.signals).toMatchObject({ pgbouncer_0: ['SIGHUP'] });
  });

  test('files that are gone come back', async () => {
    const path = `${base}/instance_1/pgbouncer.ini`;
    const running = await runningUnit();
    const { state } = await context.run(
      ready,
      withFiles(running, 'pgbouncer', { [path]: undefined }),
    );
    expect(fileIn(state, 'instance_1/pgbouncer.ini')).toBe(
      fileIn(running, 'instance_1/pgbouncer.ini'),
    );
  });
});

/** What becomes of a unit over several hooks, in the order in which Juju sends them. */
describe('in the life of a unit', () => {
  const bothActive = { pgbouncer_0: 'active', pgbouncer_1: 'active' };

  test('it may come before config-changed and start, and is made up for', async () => {
    const { harness } = pgbouncerUnderTest();
    await harness.beginWithInitialHooks({ pebbleReady: 'after-install' });
    expect(harness).toHaveWalked('pebble-ready: is_cfg=no defer');
    await harness.reemitDeferred();
    expect(harness).not.toHaveDeferred();
    expect(await harness.container('pgbouncer').services()).toEqual(bothActive);
    expect(harness).toHaveStatus('blocked', 'waiting for backend database relation to initialise');
  });

  test.each([
    ['leader', true],
    ['follower', false],
  ])('a container of a %s that restarts alone gets its files back', async (_, leads) => {
    const { harness } = pgbouncerUnderTest();
    await harness.addRelation('backend-database', 'postgresql', { appData: backendData });
    await harness.beginWithInitialHooks();
    const files = () =>
      ['pgbouncer.ini', 'instance_0/pgbouncer.ini', 'instance_1/pgbouncer.ini', 'userlist.txt'].map(
        (path) => fileText(harness, path),
      );
    const before = files();
    await harness.setLeader(leads);

    await harness.restartContainer('pgbouncer');

    const container = harness.container('pgbouncer');
    expect(files()).toEqual(before);
    expect(fileText(harness, 'userlist.txt')).toContain('relation_7');
    expect(await container.services()).toEqual(bothActive);
    expect(container.processes).toHaveLength(2);
    expect(container.paths).not.toContain(`${base}/change.pending`);
    expect(harness).not.toHaveDeferred();
    expect(harness).toHaveStatus('active');
  });

  test('a replaced pod gets its files back, and clients can log in again', async () => {
    const { harness } = pgbouncerUnderTest();
    await harness.addRelation('backend-database', 'postgresql', { appData: backendData });
    await harness.beginWithInitialHooks();
    await harness.updateConfig({ pool_mode: 'transaction' });

    await harness.podChurn();

    expect(fileText(harness, 'instance_1/pgbouncer.ini')).toContain('pool_mode = transaction\n');
    expect(fileText(harness, 'userlist.txt')).toBe('"relation_7" "sesame-open-7"\n');
    expect(await harness.container('pgbouncer').services()).toEqual(bothActive);
    expect(harness).not.toHaveDeferred();
  });
});
