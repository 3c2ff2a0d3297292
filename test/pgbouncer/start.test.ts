import { describe, expect, test } from 'vitest';

import { pathsOf } from '../../src/flowchart/paths.ts';
import { startChart } from '../../src/pgbouncer/charts/start.ts';
import { renderIni } from '../../src/pgbouncer/ini/render.ts';
import { defaultConfig, publishedIni } from '../../src/pgbouncer/pooler-config.ts';
import {
  backendData,
  base,
  everythingShown,
  fileText,
  peerData,
  pgbouncerUnderTest,
  runningUnit,
  type UnderTest,
} from './pgbouncer-under-test.ts';

const published = renderIni(publishedIni({ ...defaultConfig, listenPort: 7000 }));

/** Puts a config into the databag that the leader writes. */
async function publish(harness: UnderTest['harness'], text: string): Promise<void> {
  const id = harness.relationId('pgb-peers');
  await harness.hooksDisabled(() =>
    harness.updateRelationData(id, harness.appName, { cfg_file: text }),
  );
}

/** A unit whose container answers, as Juju has it before `start`. */
function readyToStart(leader: boolean): UnderTest {
  const under = pgbouncerUnderTest({ leader });
  under.harness.begin();
  under.harness.setCanConnect('pgbouncer', true);
  return under;
}

describe('every way through the chart', () => {
  const scenes: Record<string, () => Promise<UnderTest>> = {
    'start: is_container=no defer': async () => {
      const under = readyToStart(true);
      under.harness.setCanConnect('pgbouncer', false);
      return under;
    },
    'start: is_container=yes is_cfg=no is_leader=no defer_wait': async () => readyToStart(false),
    'start: is_container=yes is_cfg=no is_leader=yes gen_cfg make_dirs render_cfg return':
      async () => readyToStart(true),
    'start: is_container=yes is_cfg=yes make_dirs render_cfg return': async () => {
      const under = readyToStart(false);
      await publish(under.harness, published);
      return under;
    },
  };
  const lines = pathsOf(startChart).map(({ line }) => line);

  test('is tried here', () => {
    expect(Object.keys(scenes).sort()).toEqual(lines.toSorted());
  });

  test.each(Object.entries(scenes))('%s', async (line, scene) => {
    const { harness } = await scene();
    expect((await harness.run('start')).paths).toEqual([line]);
  });
});

test('the leader generates the config, renders it and publishes it', async () => {
  const { harness } = readyToStart(true);
  await harness.run('start');
  const file = (path: string) => harness.container('pgbouncer').file(`${base}${path}`);
  for (const path of ['', '/instance_0', '/instance_1']) {
    expect(file(path)).toMatchObject({
      kind: 'directory',
      permissions: 0o700,
      user: 'postgres',
      group: 'postgres',
    });
  }
  for (const path of ['/pgbouncer.ini', '/instance_0/pgbouncer.ini', '/instance_1/pgbouncer.ini']) {
    expect(file(path)).toMatchObject({
      kind: 'file',
      permissions: 0o400,
      user: 'postgres',
      group: 'postgres',
    });
  }
  expect(fileText(harness, 'instance_1/pgbouncer.ini')).toContain(
    `unix_socket_dir = ${base}/instance_1\n`,
  );
  expect(fileText(harness, 'pgbouncer.ini')).toContain('default_pool_size = 25\n');
  expect(peerData(harness)['cfg_file']).toContain('listen_port = 6432\n');
  expect(peerData(harness)['cfg_file']).not.toContain('pool_size');
  expect(harness.openedPorts).toEqual(['6432/tcp']);
});

test('the file of a process says exactly this', async () => {
  const { harness } = readyToStart(true);
  await harness.run('start');
  expect(fileText(harness, 'instance_1/pgbouncer.ini')).toBe(`[databases]

[pgbouncer]
listen_addr = *
listen_port = 6432
logfile = ${base}/instance_1/pgbouncer.log
pidfile = ${base}/instance_1/pgbouncer.pid
admin_users =
stats_users =
auth_type = scram-sha-256
user = postgres
max_client_conn = 10000
ignore_startup_parameters = extra_float_digits,options
server_tls_sslmode = prefer
so_reuseport = 1
unix_socket_dir = ${base}/instance_1
pool_mode = session
max_db_connections = 100
default_pool_size = 25
min_pool_size = 13
reserve_pool_size = 13

`);
});

test('the generated config has the options that are set, and defaults for unusable ones', async () => {
  const { harness } = pgbouncerUnderTest({
    config: { pool_mode: 'transaction', max_db_connections: 44, listen_port: 99_999 },
  });
  harness.begin();
  harness.setCanConnect('pgbouncer', true);
  await harness.run('start');
  const ini = fileText(harness, 'instance_0/pgbouncer.ini');
  expect(ini).toContain('pool_mode = transaction\n');
  expect(ini).toContain('max_db_connections = 44\ndefault_pool_size = 11\nmin_pool_size = 6\n');
  expect(ini).toContain('listen_port = 6432\n');
});

test('without its container the unit waits, and writes nothing anywhere', async () => {
  const { harness } = readyToStart(true);
  harness.setCanConnect('pgbouncer', false);
  await harness.run('start');
  expect(harness.status.unit).toMatchObject({
    status: 'waiting',
    message: 'waiting for the pgbouncer container',
  });
  expect(harness.container('pgbouncer').paths.filter((path) => path.startsWith(base))).toEqual([]);
  expect(peerData(harness)).toEqual({});
  harness.setCanConnect('pgbouncer', true);
  expect((await harness.reemitDeferred()).paths[0]).toMatch(/^start: is_container=yes .* return$/);
  expect(harness.deferred).toEqual([]);
});

test('a container that goes away in the middle leads to the same deferral', async () => {
  const { harness } = readyToStart(true);
  harness
    .container('pgbouncer')
    .fail({ path: '/v1/files', method: 'POST', atRequest: 2, times: 99 });
  const { paths, deferred } = await harness.run('start');
  expect(paths[0]).toMatch(
    /^start: is_container=yes is_cfg=no is_leader=yes gen_cfg .*is_container=no.* defer$/,
  );
  expect(deferred).toHaveLength(1);
  expect(harness.status.unit).toMatchObject({ status: 'waiting' });
});

test('a follower waits for the leader and takes what it publishes', async () => {
  const { harness } = readyToStart(false);
  await harness.run('start');
  expect(harness.status.unit).toMatchObject({
    status: 'waiting',
    message: 'waiting for the leader to generate config',
  });
  const id = harness.relationId('pgb-peers');
  await harness.updateRelationData(id, harness.appName, { cfg_file: published });
  expect(harness.deferred).toEqual([]);
  expect(fileText(harness, 'pgbouncer.ini')).toContain('listen_port = 7000\n');
  expect(fileText(harness, 'instance_1/pgbouncer.ini')).toContain('default_pool_size = 25\n');
});

test('a follower takes the databag rather than its own file', async () => {
  const { harness } = readyToStart(false);
  harness
    .container('pgbouncer')
    .putFile(`${base}/pgbouncer.ini`, published.replace('7000', '8000'));
  await publish(harness, published);
  await harness.run('start');
  expect(fileText(harness, 'pgbouncer.ini')).toContain('listen_port = 7000\n');
});

test('the leader keeps its own file, unless that is the bare default', async () => {
  const { harness } = readyToStart(true);
  const container = harness.container('pgbouncer');
  container.putFile(`${base}/pgbouncer.ini`, published.replace('7000', '8000'));
  await publish(harness, published);
  await harness.run('start');
  expect(fileText(harness, 'pgbouncer.ini')).toContain('listen_port = 8000\n');
  expect(peerData(harness)['cfg_file']).toContain('listen_port = 8000\n');

  container.putFile(`${base}/pgbouncer.ini`, renderIni(publishedIni(defaultConfig)));
  await publish(harness, published);
  await harness.run('start');
  expect(fileText(harness, 'pgbouncer.ini')).toContain('listen_port = 7000\n');
});

test.each([
  ['half a file', published.slice(0, 200)],
  ['nothing', ''],
  ['a setting that no PgBouncer knows', published.replace('pool_mode', 'pool_mood')],
  ['an include', `%include /etc/passwd\n${published}`],
  ['an injected setting', published.replace('= session', '= session\nauth_type = any')],
  ['a NUL', published.replace('session', 'ses\0sion')],
  ['megabytes', published + ';'.repeat(3 * 1024 * 1024)],
])('a file with %s counts as absent, with a warning', async (_, broken) => {
  const { harness } = readyToStart(true);
  harness.container('pgbouncer').putFile(`${base}/pgbouncer.ini`, broken);
  const { paths, logs } = await harness.run('start');
  expect(paths[0]).toMatch(/is_cfg=no is_leader=yes gen_cfg/);
  expect(logs).toContainEqual(
    expect.objectContaining({
      level: 'WARNING',
      message: expect.stringContaining('config in the container is ignored'),
    }),
  );
  expect(fileText(harness, 'pgbouncer.ini')).toContain('listen_port = 6432\n');
});

test.each([
  ['an include', `%include /etc/passwd\n${published}`],
  ['a line break in a value', published.replace('= session', '= session\nlisten_port = 1')],
  ['another kind of authentication', published.replace('scram-sha-256', 'any')],
  ['megabytes', `${published};${'x'.repeat(2 * 1024 * 1024)}`],
])('a databag with %s counts as absent, with a warning', async (_, hostile) => {
  const { harness } = readyToStart(false);
  await publish(harness, hostile);
  const { paths, logs } = await harness.run('start');
  expect(paths).toEqual(['start: is_container=yes is_cfg=no is_leader=no defer_wait']);
  expect(logs).toContainEqual(
    expect.objectContaining({
      level: 'WARNING',
      message: expect.stringContaining('config in the peer databag is ignored'),
    }),
  );
  expect(fileText(harness, 'pgbouncer.ini')).toBe('');
});

test('paths in a databag lead nowhere: only what the application agrees on is taken', async () => {
  const { harness } = readyToStart(false);
  await publish(harness, published.replace(/^logfile.*$/m, 'logfile = /etc/cron.d/evil'));
  await harness.run('start');
  expect(fileText(harness, 'instance_0/pgbouncer.ini')).toContain(
    `logfile = ${base}/instance_0/pgbouncer.log\n`,
  );
});

/** A unit that had its backend before it started. */
async function startedWithBackend(): Promise<UnderTest> {
  const under = pgbouncerUnderTest();
  await under.harness.addRelation('backend-database', 'postgresql', { appData: backendData });
  under.harness.begin();
  under.harness.setCanConnect('pgbouncer', true);
  await under.harness.run('start');
  return under;
}

describe('with a backend', () => {
  test('its database and user are in the files from the start', async () => {
    const { harness } = await startedWithBackend();
    const ini = fileText(harness, 'instance_0/pgbouncer.ini');
    expect(ini).toContain('\norders = dbname=orders host=10.2.0.1 port=5432\n');
    expect(ini).toContain(`\nauth_file = ${base}/userlist.txt\n`);
    expect(harness.container('pgbouncer').file(`${base}/userlist.txt`)).toMatchObject({
      text: '"relation_7" "sesame-open-7"\n',
      permissions: 0o400,
      user: 'postgres',
    });
  });

  test('its password is nowhere else', async () => {
    const { harness } = await startedWithBackend();
    await harness.containerPebbleReady('pgbouncer');
    await harness.run('update-status');
    expect(await everythingShown(harness)).not.toContain('sesame');
    for (const path of harness.container('pgbouncer').paths) {
      const { text = '' } = harness.container('pgbouncer').file(path) ?? {};
      expect([path, text.includes('sesame')]).toEqual([path, path.endsWith('userlist.txt')]);
    }
  });
});

test('starting again changes nothing on a unit that runs', async () => {
  const { harness } = await runningUnit();
  const container = harness.container('pgbouncer');
  const before = container.processes.length;
  container.requests.length = 0;
  await harness.run('start');
  expect(container.processes).toHaveLength(before);
  expect(container.process('pgbouncer_0')?.signals).toEqual([]);
  expect(container.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

describe('a directory that belongs to somebody else', () => {
  const path = `${base}/instance_0`;
  const ours = { user: 'postgres', group: 'postgres', permissions: 0o700 };

  test.each([
    { ...ours, user: 'root' },
    { ...ours, group: 'root' },
    { ...ours, permissions: 0o755 },
  ])('such as %j, is made anew before anything runs in it', async (other) => {
    const { harness } = readyToStart(true);
    const container = harness.container('pgbouncer');
    await container.pebble.makeDir(path, { ...other, makeParents: true });
    await harness.run('start');
    expect(container.file(path)).toMatchObject(ours);
  });

  test('is left, with a warning, while a process runs in it', async () => {
    const { harness } = await runningUnit();
    const container = harness.container('pgbouncer');
    await container.pebble.removePath(path, { recursive: true });
    await container.pebble.makeDir(path, { ...ours, permissions: 0o755 });
    const { logs } = await harness.run('start');
    expect(container.file(path)).toMatchObject({ ...ours, permissions: 0o755 });
    expect(logs).toContainEqual({
      level: 'WARNING',
      message: `${path} should belong to postgres alone, and is in use as it is`,
    });
  });
});
