import 'charmwright/testing/vitest';

import { setImmediate } from 'node:timers/promises';

import { PebbleApiError } from 'charmwright/pebble';
import { onlyRelation, withContainer, withFiles, type PretendProgram } from 'charmwright/testing';
import { describe, expect, test } from 'vitest';

import { pathsOf } from '../../src/flowchart/paths.ts';
import { configChangedChart } from '../../src/pgbouncer/charts/config-changed.ts';
import {
  base,
  FakeMachine,
  pgbouncerUnderTest,
  pretendPgbouncer,
  runningUnit as runningHarness,
  sayingOnReload,
} from './pgbouncer-under-test.ts';
import {
  context,
  contextOn,
  fileIn,
  filesIn,
  follower,
  leader,
  on,
  published,
  runningUnit,
  servingUnit,
  told,
  type PgBouncerState,
} from './states.ts';

type Config = PgBouncerState['config'];

const changed = on.configChanged();
const running = await runningUnit();
const transaction = await runningUnit({ config: { pool_mode: 'transaction' } });
const serving = await servingUnit();

/** The same unit after an operator has set options. */
function configured(state: PgBouncerState, config: Config): PgBouncerState {
  return { ...state, config };
}

/** The same unit with another PgBouncer in its container. */
function withPgbouncer(state: PgBouncerState, pgbouncer: PretendProgram): PgBouncerState {
  return withContainer(state, 'pgbouncer', { programs: { pgbouncer } });
}

/** PgBouncer that never says whether it reloaded. */
const silent: PretendProgram = (process) => (signal) => {
  if (signal !== 'SIGHUP') process.exit(0);
};

/** PgBouncer that runs, and cannot be started again. */
function startingOnce(): PretendProgram {
  const started = new Set<string>();
  return (process) => {
    const { service } = process.spec;
    if (!started.has(service)) {
      started.add(service);
      return pretendPgbouncer(process);
    }
    process.exit(1);
    return undefined;
  };
}

const bothReloaded = { pgbouncer_0: ['SIGHUP'], pgbouncer_1: ['SIGHUP'] };
const bothRestarted = { pgbouncer_0: ['SIGTERM'], pgbouncer_1: ['SIGTERM'] };

describe('every way through the chart', () => {
  const ways: Readonly<Record<string, PgBouncerState>> = {
    'config-changed: is_leader=no return': follower(),
    'config-changed: is_leader=yes is_cfg=no defer': leader(),
    'config-changed: is_leader=yes is_cfg=yes match_cfg render_cfg return': running,
  };

  test('is tried here', () => {
    const lines = pathsOf(configChangedChart).map(({ line }) => line);
    expect(Object.keys(ways).toSorted()).toEqual(lines.toSorted());
  });

  test.each(Object.entries(ways))('%s', async (line, state) => {
    const result = await context.run(changed, state);
    expect(result).toHaveWalked(line);
  });
});

describe('what an operator changes', () => {
  test('mode, limits and sizes come into every file and to the peers, by SIGHUP', async () => {
    const { state, workload } = await context.run(
      changed,
      configured(running, { pool_mode: 'statement', max_db_connections: 44 }),
    );
    for (const path of ['pgbouncer.ini', 'instance_0/pgbouncer.ini', 'instance_1/pgbouncer.ini']) {
      const ini = fileIn(state, path);
      expect(ini).toContain('pool_mode = statement\nmax_db_connections = 44\n');
      expect(ini).toContain('default_pool_size = 11\nmin_pool_size = 6\nreserve_pool_size = 6\n');
    }
    expect(published(state)['cfg_file']).toContain('pool_mode = statement\n');
    expect(workload.pgbouncer).toMatchObject({ started: [], signals: bothReloaded });
    expect(filesIn(state)).not.toHaveProperty(['change.pending']);
  });

  test('no limit gives the sizes for no limit', async () => {
    const { state } = await context.run(changed, configured(running, { max_db_connections: 0 }));
    expect(fileIn(state, 'pgbouncer.ini')).toContain(
      'max_db_connections = 0\ndefault_pool_size = 20\nmin_pool_size = 10\nreserve_pool_size = 10\n',
    );
  });

  test('a new port restarts the processes one by one, and clients hear of it then', async () => {
    const machine = new FakeMachine();
    const { state, workload } = await contextOn(machine).run(
      changed,
      configured(serving, { listen_port: 7000 }),
    );
    expect(workload.pgbouncer).toMatchObject({
      started: ['pgbouncer_0', 'pgbouncer_1'],
      signals: bothRestarted,
    });
    expect(machine.asked).toContainEqual({ host: '127.0.0.1', port: 7000 });
    expect(told(serving)['endpoints']).toMatch(/:6432$/);
    expect(told(state)['endpoints']).toMatch(/:7000$/);
    expect(state.openedPorts).toEqual(['7000/tcp']);
  });

  test('clients are not told a port on which nobody listens yet; update-status sees to it', async () => {
    const deaf = new FakeMachine({ answering: ({ port }) => port !== 7000 });
    const { state } = await contextOn(deaf).run(
      changed,
      configured(serving, { listen_port: 7000 }),
    );
    expect(told(state)['endpoints']).toMatch(/:6432$/);
    const later = await context.stateAfter([on.updateStatus()], state);
    expect(told(later)['endpoints']).toMatch(/:7000$/);
  });

  test('nothing at all writes, reloads and publishes nothing', async () => {
    const result = await context.run(changed, serving);
    expect(result.workload.pgbouncer).toMatchObject({ started: [], signals: {} });
    expect(result.workload.pgbouncer.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(result).not.toHaveCalled('relation-set');
    expect(result).not.toHaveCalled('opened-ports');
  });

  test('is left to pebble-ready while services are not planned yet', async () => {
    const started = await context.stateAfter([on.start()], leader());
    const config = { pool_mode: 'transaction', listen_port: 7000 };
    const { state, workload } = await context.run(changed, configured(started, config));
    expect(fileIn(state, 'instance_0/pgbouncer.ini')).toContain('listen_port = 7000\n');
    expect(workload.pgbouncer.started).toEqual([]);
    const ready = await context.run(on.pebbleReady('pgbouncer'), state);
    expect(ready.workload.pgbouncer).toMatchObject({
      started: ['pgbouncer_0', 'pgbouncer_1'],
      signals: {},
    });
  });

  test('starts nothing that was switched off: the hook that plans it anew does', async () => {
    const oneCore = contextOn(new FakeMachine({ cores: 1 }));
    const fewer = await oneCore.stateAfter([on.pebbleReady('pgbouncer')], running);
    const { state } = await context.run(changed, configured(fewer, { listen_port: 7000 }));
    expect(state.containers.pgbouncer.services).toEqual({
      pgbouncer_0: 'active',
      pgbouncer_1: 'inactive',
    });
  });
});

describe('a process', () => {
  const reloading = configured(running, { pool_mode: 'transaction' });
  const restarting = configured(running, { listen_port: 7000 });
  const pending = ['change.pending'];

  test('that should run and does not is started rather than told to reload', async () => {
    const oneDown = { services: { pgbouncer_0: 'active', pgbouncer_1: 'inactive' } } as const;
    const { workload } = await context.run(changed, withContainer(reloading, 'pgbouncer', oneDown));
    expect(workload.pgbouncer).toMatchObject({
      started: ['pgbouncer_1'],
      signals: { pgbouncer_0: ['SIGHUP'] },
    });
  });

  test('that complains of its file is heard in the log, and told again', async () => {
    const refusal = 'ERROR invalid value "x" for parameter y in configuration (pgbouncer.ini:12)';
    const complaining = sayingOnReload(refusal, 'WARNING config file loading failed');
    const result = await context.run(changed, withPgbouncer(reloading, complaining));
    expect(result).toHaveLogged(
      /^pgbouncer_0 refused its configuration: .* ERROR invalid value/,
      'error',
    );
    const again = await context.run(changed, result.state);
    expect(again.workload.pgbouncer.signals).toEqual(bothReloaded);
    expect(filesIn(again.state)).toHaveProperty(pending);
  });

  test('that does not say that it reloaded is told again by the next hook', async () => {
    const result = await context.run(changed, withPgbouncer(reloading, silent));
    expect(result).toHaveLogged(
      'pgbouncer_0 was told to reload and has not said yet that it did',
      'warning',
    );
    const again = await context.run(changed, withPgbouncer(result.state, pretendPgbouncer));
    expect(again.workload.pgbouncer.signals).toEqual(bothReloaded);
    expect(filesIn(again.state)).not.toHaveProperty(pending);
  });

  test('that cannot be restarted is reported, and the hook succeeds', async () => {
    const { state, logs } = await context.run(changed, withPgbouncer(restarting, startingOnce()));
    const reports = logs.filter(({ message }) => message.startsWith('cannot finish change'));
    expect(reports).toHaveLength(2);
    const stuck = await context.stateAfter([on.updateStatus()], state);
    expect(stuck).not.toHaveStatus('active');
    const mended = await context.stateAfter([changed], withPgbouncer(state, pretendPgbouncer));
    expect(mended.containers.pgbouncer.services).toEqual({
      pgbouncer_0: 'active',
      pgbouncer_1: 'active',
    });
  });

  test('that cannot be signalled is restarted', async () => {
    const refusal = { status: 500, reason: 'cannot send signal to "pgbouncer_0": not running' };
    const error = () => new PebbleApiError('send SIGHUP', refusal);
    const { state, workload } = await context.run(changed, reloading, {
      pebbleFaults: { pgbouncer: { path: '/v1/signals', atRequest: 1, error } },
    });
    expect(workload.pgbouncer).toMatchObject({
      started: ['pgbouncer_0'],
      signals: { pgbouncer_0: ['SIGTERM'], pgbouncer_1: ['SIGHUP'] },
    });
    expect(filesIn(state)).not.toHaveProperty(pending);
  });

  test('that a dispatch forgot, which died behind the files, is told by the next', async () => {
    const { state, paths } = await context.run(changed, reloading, {
      pebbleFaults: { pgbouncer: { path: '/v1/signals' } },
    });
    expect(paths[0]).toMatch(/render_cfg.* is_cfg=no.* defer$/);
    expect(state).toHaveStatus('waiting', 'waiting for the pgbouncer config');
    expect(fileIn(state, 'instance_1/pgbouncer.ini')).toContain('pool_mode = transaction\n');
    const next = await context.run(on.updateStatus(), state);
    expect(next.workload.pgbouncer.signals).toEqual(bothReloaded);
    expect(filesIn(next.state)).not.toHaveProperty(pending);
  });
});

describe('a file that somebody edited is put right', () => {
  const path = `${base}/instance_1/pgbouncer.ini`;
  const right = fileIn(running, 'instance_1/pgbouncer.ini');

  /** A unit in whose file a key says something else. */
  function edited(key: string, value: string): PgBouncerState {
    const text = right.replace(new RegExp(`^${key} =.*$`, 'm'), `${key} = ${value}`);
    expect(text).not.toBe(right);
    return withFiles(running, 'pgbouncer', { [path]: text });
  }

  test.each([
    ['listen_addr', '127.0.0.1'],
    ['listen_port', '7000'],
    ['logfile', '/tmp/pgbouncer.log'],
    ['pidfile', '/tmp/pgbouncer.pid'],
    ['so_reuseport', '0'],
    ['unix_socket_dir', '/tmp'],
    ['user', 'nobody'],
    ['auth_type', 'any'],
  ])('by a restart for %s', async (key, value) => {
    const { state, workload } = await context.run(changed, edited(key, value));
    expect(fileIn(state, 'instance_1/pgbouncer.ini')).toBe(right);
    expect(workload.pgbouncer).toMatchObject({
      started: ['pgbouncer_1'],
      signals: { pgbouncer_1: ['SIGTERM'] },
    });
  });

  test.each([
    ['auth_type', 'md5'],
    ['max_client_conn', '5'],
    ['pool_mode', 'statement'],
    ['server_tls_sslmode', 'disable'],
    ['stats_users', 'somebody'],
  ])('by a reload for %s', async (key, value) => {
    const { state, workload } = await context.run(changed, edited(key, value));
    expect(fileIn(state, 'instance_1/pgbouncer.ini')).toBe(right);
    expect(workload.pgbouncer).toMatchObject({
      started: [],
      signals: { pgbouncer_1: ['SIGHUP'] },
    });
  });
});

describe('without its container', () => {
  const away = withContainer(configured(serving, { pool_mode: 'transaction' }), 'pgbouncer', {
    canConnect: false,
  });

  test('the unit waits for its config, until the deferral ends, whichever hook ends it', async () => {
    const { state: waiting } = await context.run(changed, away);
    expect(waiting).toHaveStatus('waiting', 'waiting for the pgbouncer config');
    const { state } = await context.run(
      on.relationChanged(onlyRelation(waiting, 'pgb-peers')),
      withContainer(waiting, 'pgbouncer', { canConnect: true }),
    );
    expect(state).not.toHaveDeferred();
    expect(state).toHaveStatus('active', '');
  });
});

describe('an option that cannot be used', () => {
  test.each<[Config, string]>([
    [{ listen_port: 0 }, 'option listen_port is 0, and must be a number from 1 to 65535'],
    [{ listen_port: 65_536 }, 'option listen_port is 65536, and must be a number from 1 to 65535'],
    [
      { pool_mode: 'abc' },
      'option pool_mode is "abc", and must be session, transaction or statement',
    ],
    [
      { pool_mode: 'session\nauth_type = any' },
      'option pool_mode is "session\\nauth_type = any", and must be session, transaction or statement',
    ],
    [
      { max_db_connections: -1 },
      'option max_db_connections is -1, and must be a number from 0 to 2147483647',
    ],
    [
      { max_db_connections: 2 ** 31 },
      'option max_db_connections is 2147483648, and must be a number from 0 to 2147483647',
    ],
  ])('%j blocks the unit, and the last good value stays', async (wrong, message) => {
    const state = configured(transaction, { ...transaction.config, ...wrong });
    const result = await context.run(changed, state);
    expect(result).toHaveStatus('blocked', message);
    expect(result).not.toHaveDeferred();
    expect(result.workload.pgbouncer.signals).toEqual({});
    expect(filesIn(result.state)).toEqual(filesIn(transaction));
  });

  test('does not keep the others from being followed', async () => {
    const { state } = await context.run(
      changed,
      configured(running, { listen_port: 0, pool_mode: 'transaction' }),
    );
    expect(fileIn(state, 'pgbouncer.ini')).toContain('listen_port = 6432\n');
    expect(fileIn(state, 'pgbouncer.ini')).toContain('pool_mode = transaction\n');
  });

  test('of a megabyte is shown in short', async () => {
    const megabyte = configured(running, { pool_mode: 'x'.repeat(1024 * 1024) });
    const { state } = await context.run(changed, megabyte);
    expect(state).toHaveStatus('blocked');
    expect(state.unitStatus.message.length).toBeLessThan(200);
  });

  test('blocks until it is mended', async () => {
    const blocked = await context.stateAfter(
      [changed, on.updateStatus()],
      configured(serving, { pool_mode: 'abc' }),
    );
    expect(blocked).toHaveStatus('blocked', /pool_mode/);
    const { state } = await context.run(changed, configured(blocked, {}));
    expect(state).toHaveStatus('active', '');
  });

  test('blocks followers as well, whose chart ends at once', async () => {
    const { state } = await context.run(changed, follower({ config: { pool_mode: 'abc' } }));
    expect(state).toHaveStatus('blocked');
  });
});

describe('in the life of a unit', () => {
  test('on the first leader it is deferred until start has made a config', async () => {
    const { harness } = pgbouncerUnderTest({ config: { pool_mode: 'transaction' } });
    await harness.beginWithInitialHooks();
    expect(harness.runs.flatMap(({ paths }) => paths)).toEqual([
      'config-changed: is_leader=yes is_cfg=no defer',
      'config-changed: is_leader=yes is_cfg=no defer',
      'start: is_container=no defer',
      'config-changed: is_leader=yes is_cfg=no defer',
      expect.stringMatching(/^start: is_container=yes is_cfg=no is_leader=yes gen_cfg/),
      'pebble-ready: is_cfg=yes gen_cfg verify return',
    ]);
    await harness.reemitDeferred();
    expect(harness).not.toHaveDeferred();
    expect(harness.container('pgbouncer').process('pgbouncer_0')?.signals).toEqual([]);
  });

  test('when one signal fails, the hook ends only after the others have been seen to', async () => {
    const { harness } = await runningHarness();
    const container = harness.container('pgbouncer');
    container.setProgram('pgbouncer', silent);
    await container.pebble.restart(['pgbouncer_0', 'pgbouncer_1']);
    container.fail({ path: '/v1/signals', atRequest: 1 });
    await harness.hooksDisabled(() => harness.updateConfig({ pool_mode: 'transaction' }));
    await harness.run('config-changed');
    const seen = container.requests.length;
    for (let turns = 0; turns < 20; turns += 1) await setImmediate();
    expect(container.requests).toHaveLength(seen);
  });
});
