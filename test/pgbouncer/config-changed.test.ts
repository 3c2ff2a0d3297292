import { setImmediate } from 'node:timers/promises';

import { PebbleApiError } from 'charmwright/pebble';
import type { PretendProgram } from 'charmwright/testing';
import { describe, expect, test } from 'vitest';

import { pathsOf } from '../../src/flowchart/paths.ts';
import { configChangedChart } from '../../src/pgbouncer/charts/config-changed.ts';
import {
  backendData,
  base,
  fileText,
  peerData,
  pgbouncerUnderTest,
  pretendPgbouncer,
  runningUnit,
  sayingOnReload,
  type UnderTest,
} from './pgbouncer-under-test.ts';

function begun(leader: boolean): UnderTest {
  const under = pgbouncerUnderTest({ leader });
  under.harness.begin();
  under.harness.setCanConnect('pgbouncer', true);
  return under;
}

/** PgBouncer that never says whether it reloaded. */
const silentPgbouncer: PretendProgram = (process) => (signal) => {
  if (signal !== 'SIGHUP') {
    process.exit(0);
  }
};

/** The signals that each process got. */
function signals({ harness }: UnderTest): Record<string, readonly string[] | undefined> {
  const container = harness.container('pgbouncer');
  return {
    pgbouncer_0: container.process('pgbouncer_0')?.signals,
    pgbouncer_1: container.process('pgbouncer_1')?.signals,
  };
}

/** A unit that serves a client application, with what it tells that. */
async function unitWithClient(): Promise<UnderTest & { readonly clientData: () => unknown }> {
  const under = pgbouncerUnderTest();
  const { harness } = under;
  await harness.addRelation('backend-database', 'postgresql', { appData: backendData });
  const id = await harness.addRelation('database', 'webshop', { units: { 'webshop/0': {} } });
  await harness.beginWithInitialHooks();
  return { ...under, clientData: () => harness.getRelationData(id, harness.appName) };
}

describe('every way through the chart', () => {
  const scenes: Record<string, () => Promise<UnderTest>> = {
    'config-changed: is_leader=no return': async () => begun(false),
    'config-changed: is_leader=yes is_cfg=no defer': async () => begun(true),
    'config-changed: is_leader=yes is_cfg=yes match_cfg render_cfg return': async () => {
      const under = await runningUnit();
      await under.harness.reemitDeferred();
      return under;
    },
  };

  test('is tried here', () => {
    const lines = pathsOf(configChangedChart).map(({ line }) => line);
    expect(Object.keys(scenes).toSorted()).toEqual(lines.toSorted());
  });

  test.each(Object.entries(scenes))('%s', async (line, scene) => {
    const { harness } = await scene();
    expect((await harness.run('config-changed')).paths).toEqual([line]);
  });
});

test('the leader brings mode, limits and sizes into every file and to its peers, by SIGHUP', async () => {
  const under = await runningUnit();
  const { harness } = under;
  await harness.updateConfig({ pool_mode: 'statement', max_db_connections: 44 });
  for (const path of ['pgbouncer.ini', 'instance_0/pgbouncer.ini', 'instance_1/pgbouncer.ini']) {
    const ini = fileText(harness, path);
    expect(ini).toContain('pool_mode = statement\nmax_db_connections = 44\n');
    expect(ini).toContain('default_pool_size = 11\nmin_pool_size = 6\nreserve_pool_size = 6\n');
  }
  expect(peerData(harness)['cfg_file']).toContain('pool_mode = statement\n');
  expect(signals(under)).toEqual({ pgbouncer_0: ['SIGHUP'], pgbouncer_1: ['SIGHUP'] });
  expect(harness.container('pgbouncer').paths).not.toContain(`${base}/change.pending`);
});

test('no limit gives the sizes for no limit', async () => {
  const { harness } = await runningUnit();
  await harness.updateConfig({ max_db_connections: 0 });
  expect(fileText(harness, 'pgbouncer.ini')).toContain(
    'max_db_connections = 0\ndefault_pool_size = 20\nmin_pool_size = 10\nreserve_pool_size = 10\n',
  );
});

test('a new port restarts the processes one by one, and clients hear of it then', async () => {
  const under = await unitWithClient();
  const { harness, machine, clientData } = under;
  expect(clientData()).toMatchObject({ endpoints: expect.stringMatching(/:6432$/) });
  const container = harness.container('pgbouncer');
  const before = container.processes.length;
  machine.asked.length = 0;
  await harness.updateConfig({ listen_port: 7000 });
  expect(container.processes.slice(before).map(({ spec }) => spec.service)).toEqual([
    'pgbouncer_0',
    'pgbouncer_1',
  ]);
  expect(container.processes.slice(0, before).every(({ running }) => !running)).toBe(true);
  expect(machine.asked).toContainEqual({ host: '127.0.0.1', port: 7000 });
  expect(clientData()).toMatchObject({ endpoints: expect.stringMatching(/:7000$/) });
  expect(harness.openedPorts).toEqual(['7000/tcp']);
});

test('clients are not told a port on which nobody listens yet; update-status sees to it', async () => {
  const { harness, machine, clientData } = await unitWithClient();
  machine.answering = ({ port }) => port !== 7000;
  await harness.updateConfig({ listen_port: 7000 });
  expect(clientData()).toMatchObject({ endpoints: expect.stringMatching(/:6432$/) });
  machine.answering = () => true;
  await harness.run('update-status');
  expect(clientData()).toMatchObject({ endpoints: expect.stringMatching(/:7000$/) });
});

test('unchanged options write, reload and publish nothing', async () => {
  const under = await unitWithClient();
  const { harness } = under;
  const { requests } = harness.container('pgbouncer');
  requests.length = 0;
  const { hookToolCalls } = await harness.run('config-changed');
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(signals(under)).toEqual({ pgbouncer_0: [], pgbouncer_1: [] });
  const tools = hookToolCalls.map(({ tool }) => tool);
  expect(tools).not.toContain('relation-set');
  expect(tools).not.toContain('opened-ports');
});

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
  expect(harness.deferred).toEqual([]);
  expect(harness.container('pgbouncer').process('pgbouncer_0')?.signals).toEqual([]);
});

test('services that are not planned yet are left to pebble-ready', async () => {
  const under = begun(true);
  const { harness } = under;
  await harness.run('start');
  await harness.updateConfig({ pool_mode: 'transaction', listen_port: 7000 });
  expect(fileText(harness, 'instance_0/pgbouncer.ini')).toContain('listen_port = 7000\n');
  expect(harness.container('pgbouncer').processes).toEqual([]);
  await harness.run('pgbouncer-pebble-ready');
  expect(signals(under)).toEqual({ pgbouncer_0: [], pgbouncer_1: [] });
});

test('a process that should run and does not is started rather than told to reload', async () => {
  const under = await runningUnit();
  const { harness } = under;
  const container = harness.container('pgbouncer');
  await container.pebble.stop(['pgbouncer_1']);
  await harness.updateConfig({ pool_mode: 'transaction' });
  expect(await container.services()).toEqual({ pgbouncer_0: 'active', pgbouncer_1: 'active' });
  expect(signals(under)).toEqual({ pgbouncer_0: ['SIGHUP'], pgbouncer_1: [] });
});

test('what PgBouncer says against a file is logged as an error, and it is told again', async () => {
  const under = await runningUnit();
  const { harness } = under;
  await harness.reemitDeferred();
  const refusal = 'ERROR invalid value "x" for parameter y in configuration (pgbouncer.ini:12)';
  const container = harness.container('pgbouncer');
  container.setProgram('pgbouncer', sayingOnReload(refusal, 'WARNING config file loading failed'));
  await container.pebble.restart(['pgbouncer_0', 'pgbouncer_1']);
  await harness.updateConfig({ pool_mode: 'transaction' });
  expect(harness.logs).toContainEqual({
    level: 'ERROR',
    message: expect.stringMatching(
      /^pgbouncer_0 refused its configuration: .* ERROR invalid value/,
    ),
  });
  await harness.run('config-changed');
  expect(signals(under)).toEqual({
    pgbouncer_0: ['SIGHUP', 'SIGHUP'],
    pgbouncer_1: ['SIGHUP', 'SIGHUP'],
  });
  expect(container.paths).toContain(`${base}/change.pending`);
});

test('a process that does not say that it reloaded is told again by the next hook', async () => {
  const under = await runningUnit();
  const { harness } = under;
  await harness.reemitDeferred();
  const container = harness.container('pgbouncer');
  container.setProgram('pgbouncer', silentPgbouncer);
  await container.pebble.restart(['pgbouncer_0', 'pgbouncer_1']);
  await harness.updateConfig({ pool_mode: 'transaction' });
  expect(harness.logs).toContainEqual({
    level: 'WARNING',
    message: 'pgbouncer_0 was told to reload and has not said yet that it did',
  });
  container.setProgram('pgbouncer', pretendPgbouncer);
  await container.pebble.restart(['pgbouncer_0', 'pgbouncer_1']);
  await harness.run('config-changed');
  expect(signals(under)).toEqual({ pgbouncer_0: ['SIGHUP'], pgbouncer_1: ['SIGHUP'] });
  expect(container.paths).not.toContain(`${base}/change.pending`);
});

/** What becomes of a process whose file says something else. */
async function putRight(key: string, value: string): Promise<unknown> {
  const { harness } = await runningUnit();
  const container = harness.container('pgbouncer');
  const path = `${base}/instance_1/pgbouncer.ini`;
  const before = container.file(path)?.text ?? '';
  const edited = before.replace(new RegExp(`^${key} =.*$`, 'm'), `${key} = ${value}`);
  expect(edited).not.toBe(before);
  container.putFile(path, edited);
  const process = container.process('pgbouncer_1');
  await harness.run('config-changed');
  expect(container.file(path)?.text).toBe(before);
  expect(container.process('pgbouncer_0')?.signals).toEqual([]);
  return { running: process?.running, signals: process?.signals };
}

describe('a file that somebody edited is put right', () => {
  const restarts = {
    listen_addr: '127.0.0.1',
    listen_port: '7000',
    logfile: '/tmp/pgbouncer.log',
    pidfile: '/tmp/pgbouncer.pid',
    so_reuseport: '0',
    unix_socket_dir: '/tmp',
    user: 'nobody',
    auth_type: 'any',
  };
  const reloads = {
    auth_type: 'md5',
    max_client_conn: '5',
    pool_mode: 'statement',
    server_tls_sslmode: 'disable',
    stats_users: 'somebody',
  };

  test.each(Object.entries(restarts))('by a restart for %s', async (key, value) => {
    expect(await putRight(key, value)).toMatchObject({ running: false });
  });

  test.each(Object.entries(reloads))('by a reload for %s', async (key, value) => {
    expect(await putRight(key, value)).toEqual({ running: true, signals: ['SIGHUP'] });
  });
});

test('a dispatch that died between the files and the reload is made up for by the next', async () => {
  const under = await runningUnit();
  const { harness } = under;
  const heal = harness.container('pgbouncer').fail({ path: '/v1/signals' });
  await harness.hooksDisabled(() => harness.updateConfig({ pool_mode: 'transaction' }));
  const { paths } = await harness.run('config-changed');
  expect(paths[0]).toMatch(/render_cfg.* is_cfg=no.* defer$/);
  expect(harness.status.unit.status).toBe('waiting');
  expect(fileText(harness, 'instance_1/pgbouncer.ini')).toContain('pool_mode = transaction\n');
  heal();
  await harness.reemitDeferred();
  expect(signals(under)).toEqual({ pgbouncer_0: ['SIGHUP'], pgbouncer_1: ['SIGHUP'] });
  expect(harness.container('pgbouncer').paths).not.toContain(`${base}/change.pending`);
  expect(harness.status.unit.message).not.toMatch(/config/);
});

test('the wait for a config ends with the deferral, whichever hook ends it', async () => {
  const { harness } = await runningUnit();
  await harness.addRelation('backend-database', 'postgresql', { appData: backendData });
  harness.setCanConnect('pgbouncer', false);
  await harness.updateConfig({ pool_mode: 'transaction' });
  expect(harness.status.unit).toMatchObject({
    status: 'waiting',
    message: 'waiting for the pgbouncer config',
  });
  harness.setCanConnect('pgbouncer', true);
  await harness.run('pgb-peers-relation-changed');
  expect(harness.status.unit).toMatchObject({ status: 'active', message: '' });
});

test('a process that cannot be restarted is reported, and the hook succeeds', async () => {
  const { harness } = await runningUnit();
  await harness.reemitDeferred();
  harness.container('pgbouncer').exitAtStart('pgbouncer');
  await harness.updateConfig({ listen_port: 7000 });
  expect(harness.failedHook).toBeUndefined();
  expect(
    harness.logs.filter(({ message }) => message.startsWith('cannot finish change')),
  ).toHaveLength(2);
  await harness.run('update-status');
  expect(harness.status.unit.status).not.toBe('active');
  harness.container('pgbouncer').setProgram('pgbouncer', pretendPgbouncer);
  await harness.run('config-changed');
  expect(await harness.container('pgbouncer').services()).toEqual({
    pgbouncer_0: 'active',
    pgbouncer_1: 'active',
  });
});

test('a process that cannot be signalled is restarted', async () => {
  const { harness } = await runningUnit();
  const container = harness.container('pgbouncer');
  const before = container.process('pgbouncer_0');
  const refusal = { status: 500, reason: 'cannot send signal to "pgbouncer_0": not running' };
  const error = () => new PebbleApiError('send SIGHUP', refusal);
  container.fail({ path: '/v1/signals', atRequest: 1, error });
  await harness.updateConfig({ pool_mode: 'transaction' });
  expect(harness.failedHook).toBeUndefined();
  expect(before?.running).toBe(false);
  expect(container.process('pgbouncer_0')?.running).toBe(true);
  expect(container.paths).not.toContain(`${base}/change.pending`);
});

test('when one signal fails, the hook ends only after the others have been seen to', async () => {
  const { harness } = await runningUnit();
  const container = harness.container('pgbouncer');
  container.setProgram('pgbouncer', silentPgbouncer);
  await container.pebble.restart(['pgbouncer_0', 'pgbouncer_1']);
  container.fail({ path: '/v1/signals', atRequest: 1 });
  await harness.hooksDisabled(() => harness.updateConfig({ pool_mode: 'transaction' }));
  await harness.run('config-changed');
  const seen = container.requests.length;
  for (let turns = 0; turns < 20; turns += 1) {
    await setImmediate();
  }
  expect(container.requests).toHaveLength(seen);
});

test('a service that was switched off is left to the hook that plans it anew', async () => {
  const { harness, machine } = await runningUnit();
  machine.cores = 1;
  await harness.run('pgbouncer-pebble-ready');
  machine.cores = 2;
  await harness.updateConfig({ listen_port: 7000 });
  expect(await harness.container('pgbouncer').services()).toMatchObject({
    pgbouncer_0: 'active',
    pgbouncer_1: 'inactive',
  });
});

describe('an option that cannot be used', () => {
  test.each([
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
  ])('%j blocks the unit, and the last good value stays', async (config, message) => {
    const under = await runningUnit();
    const { harness } = under;
    await harness.updateConfig({ pool_mode: 'transaction' });
    const before = fileText(harness, 'instance_0/pgbouncer.ini');
    await harness.updateConfig(config);
    expect(harness.status.unit).toMatchObject({ status: 'blocked', message });
    expect(fileText(harness, 'instance_0/pgbouncer.ini')).toBe(before);
    expect(harness.deferred).toEqual([]);
    expect(signals(under)['pgbouncer_0']).toEqual(['SIGHUP']);
  });

  test('does not keep the others from being followed', async () => {
    const { harness } = await runningUnit();
    await harness.updateConfig({ listen_port: 0, pool_mode: 'transaction' });
    expect(fileText(harness, 'pgbouncer.ini')).toContain('listen_port = 6432\n');
    expect(fileText(harness, 'pgbouncer.ini')).toContain('pool_mode = transaction\n');
  });

  test('of a megabyte is shown in short', async () => {
    const { harness } = await runningUnit();
    await harness.updateConfig({ pool_mode: 'x'.repeat(1024 * 1024) });
    expect(harness.status.unit.status).toBe('blocked');
    expect(harness.status.unit.message.length).toBeLessThan(200);
  });

  test('stops blocking once it is mended', async () => {
    const { harness } = await unitWithClient();
    await harness.updateConfig({ pool_mode: 'abc' });
    expect(harness.status.unit.status).toBe('blocked');
    await harness.run('update-status');
    expect(harness.status.unit.message).toMatch(/pool_mode/);
    await harness.updateConfig({ pool_mode: undefined });
    expect(harness.status.unit).toMatchObject({ status: 'active', message: '' });
  });

  test('blocks followers as well, whose chart ends at once', async () => {
    const { harness } = begun(false);
    await harness.updateConfig({ pool_mode: 'abc' });
    expect(harness.status.unit.status).toBe('blocked');
  });
});
