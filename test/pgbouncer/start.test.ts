import 'charmwright/testing/vitest';

import { withFiles } from 'charmwright/testing';
import { describe, expect, test } from 'vitest';

import { pathsOf } from '../../src/flowchart/paths.ts';
import { startChart } from '../../src/pgbouncer/charts/start.ts';
import { renderIni } from '../../src/pgbouncer/ini/render.ts';
import { defaultConfig, publishedIni } from '../../src/pgbouncer/pooler-config.ts';
import { base } from './pgbouncer-under-test.ts';
import {
  backend,
  context,
  fileIn,
  filesIn,
  follower,
  leader,
  on,
  published,
  publishing,
  runningUnit,
  type PgBouncerState,
} from './states.ts';

function configWithPort(listenPort: number): string {
  return renderIni(publishedIni({ ...defaultConfig, listenPort }));
}

const config = configWithPort(7000);

/** A leader in whose container there is a config already. */
function leaderWithFile(text: string): PgBouncerState {
  return leader({ container: { files: { [`${base}/pgbouncer.ini`]: text } } });
}

describe('every way through the chart', () => {
  const ways: Readonly<Record<string, PgBouncerState>> = {
    'start: is_container=no defer': leader({ container: { canConnect: false } }),
    'start: is_container=yes is_cfg=no is_leader=no defer_wait': follower(),
    'start: is_container=yes is_cfg=no is_leader=yes gen_cfg make_dirs render_cfg return': leader(),
    'start: is_container=yes is_cfg=yes make_dirs render_cfg return': follower({
      relations: [publishing(config)],
    }),
  };

  test('is tried here', () => {
    const lines = pathsOf(startChart).map(({ line }) => line);
    expect(Object.keys(ways).toSorted()).toEqual(lines.toSorted());
  });

  test.each(Object.entries(ways))('%s', async (line, state) => {
    const result = await context.run(on.start(), state);
    expect(result).toHaveWalked(line);
  });
});

describe('the leader', () => {
  test('makes directories and files that only postgres can read', async () => {
    const { state } = await context.run(on.start(), leader());
    const ours = { user: 'postgres', group: 'postgres' };
    const directory = { ...ours, kind: 'directory', permissions: 0o700 };
    const file = { ...ours, kind: 'file', permissions: 0o400 };
    expect(state.containers.pgbouncer.files[`${base}/`]).toMatchObject(directory);
    expect(filesIn(state)).toMatchObject({
      'instance_0/': directory,
      'instance_1/': directory,
      'pgbouncer.ini': file,
      'instance_0/pgbouncer.ini': file,
      'instance_1/pgbouncer.ini': file,
    });
  });

  test('publishes the config to its peers, without sizes, which depend on the cores', async () => {
    const { state } = await context.run(on.start(), leader());
    expect(fileIn(state, 'pgbouncer.ini')).toContain('default_pool_size = 25\n');
    expect(published(state)['cfg_file']).toContain('listen_port = 6432\n');
    expect(published(state)['cfg_file']).not.toContain('pool_size');
  });

  test('opens the port', async () => {
    const { state } = await context.run(on.start(), leader());
    expect(state.openedPorts).toEqual(['6432/tcp']);
  });

  test('writes exactly this for a process', async () => {
    const { state } = await context.run(on.start(), leader());
    expect(fileIn(state, 'instance_1/pgbouncer.ini')).toBe(`[databases]

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

  test('takes the options that are set, and defaults for unusable ones', async () => {
    const options = { pool_mode: 'transaction', max_db_connections: 44, listen_port: 99_999 };
    const { state } = await context.run(on.start(), leader({ config: options }));
    const ini = fileIn(state, 'instance_0/pgbouncer.ini');
    expect(ini).toContain('pool_mode = transaction\n');
    expect(ini).toContain('max_db_connections = 44\ndefault_pool_size = 11\nmin_pool_size = 6\n');
    expect(ini).toContain('listen_port = 6432\n');
  });

  test('keeps its own file rather than what is published', async () => {
    const own = leaderWithFile(configWithPort(8000));
    const { state } = await context.run(on.start(), { ...own, relations: [publishing(config)] });
    expect(fileIn(state, 'pgbouncer.ini')).toContain('listen_port = 8000\n');
    expect(published(state)['cfg_file']).toContain('listen_port = 8000\n');
  });

  test('takes what is published rather than the bare default in its own file', async () => {
    const own = leaderWithFile(renderIni(publishedIni(defaultConfig)));
    const { state } = await context.run(on.start(), { ...own, relations: [publishing(config)] });
    expect(fileIn(state, 'pgbouncer.ini')).toContain('listen_port = 7000\n');
  });

  test.each([
    ['half a file', config.slice(0, 200)],
    ['nothing', ''],
    ['a setting that no PgBouncer knows', config.replace('pool_mode', 'pool_mood')],
    ['an include', `%include /etc/passwd\n${config}`],
    ['an injected setting', config.replace('= session', '= session\nauth_type = any')],
    ['a NUL', config.replace('session', 'ses\0sion')],
    ['megabytes', config + ';'.repeat(3 * 1024 * 1024)],
  ])('takes a file with %s for none, with a warning', async (_, broken) => {
    const result = await context.run(on.start(), leaderWithFile(broken));
    expect(result).toHaveWalked('is_cfg=no is_leader=yes gen_cfg');
    expect(result).toHaveLogged('config in the container is ignored', 'warning');
    expect(fileIn(result.state, 'pgbouncer.ini')).toContain('listen_port = 6432\n');
  });
});

describe('a follower', () => {
  test('waits for the leader, and says so', async () => {
    const { state } = await context.run(on.start(), follower());
    expect(state).toHaveDeferred('start');
    expect(state).toHaveStatus('waiting', 'waiting for the leader to generate config');
    expect(filesIn(state)).toEqual({});
  });

  test('starts with what the leader has published meanwhile', async () => {
    const { state: waiting } = await context.run(on.start(), follower());
    const peers = publishing(config);
    const { state } = await context.run(on.relationChanged(peers), {
      ...waiting,
      relations: [peers],
    });
    expect(state).not.toHaveDeferred();
    expect(fileIn(state, 'pgbouncer.ini')).toContain('listen_port = 7000\n');
    expect(fileIn(state, 'instance_1/pgbouncer.ini')).toContain('default_pool_size = 25\n');
  });

  test('takes what is published rather than its own file', async () => {
    const state = follower({
      container: { files: { [`${base}/pgbouncer.ini`]: configWithPort(8000) } },
      relations: [publishing(config)],
    });
    const { state: after } = await context.run(on.start(), state);
    expect(fileIn(after, 'pgbouncer.ini')).toContain('listen_port = 7000\n');
  });

  test.each([
    ['an include', `%include /etc/passwd\n${config}`],
    ['a line break in a value', config.replace('= session', '= session\nlisten_port = 1')],
    ['another kind of authentication', config.replace('scram-sha-256', 'any')],
    ['megabytes', `${config};${'x'.repeat(2 * 1024 * 1024)}`],
  ])('takes a databag with %s for an empty one, with a warning', async (_, hostile) => {
    const result = await context.run(on.start(), follower({ relations: [publishing(hostile)] }));
    expect(result).toHaveWalked('start: is_container=yes is_cfg=no is_leader=no defer_wait');
    expect(result).toHaveLogged('config in the peer databag is ignored', 'warning');
    expect(filesIn(result.state)).toEqual({});
  });

  test('follows no path in a databag: only what the application agrees on is taken', async () => {
    const hostile = config.replace(/^logfile.*$/m, 'logfile = /etc/cron.d/evil');
    const { state } = await context.run(on.start(), follower({ relations: [publishing(hostile)] }));
    expect(fileIn(state, 'instance_0/pgbouncer.ini')).toContain(
      `logfile = ${base}/instance_0/pgbouncer.log\n`,
    );
  });
});

describe('without its container', () => {
  const away = leader({ container: { canConnect: false } });

  test('the unit waits, and publishes nothing', async () => {
    const { state } = await context.run(on.start(), away);
    expect(state).toHaveDeferred({ event: 'start', handler: 'start' });
    expect(state).toHaveStatus('waiting', 'waiting for the pgbouncer container');
    expect(published(state)).toEqual({});
  });

  test('it starts in the first hook after the container has come', async () => {
    const { state: waiting } = await context.run(on.start(), away);
    const { containers } = leader();
    const result = await context.run(on.updateStatus(), { ...waiting, containers });
    expect(result.paths[0]).toMatch(/^start: is_container=yes .* return$/);
    expect(result).not.toHaveDeferred();
  });

  test('because it goes away in the middle, the unit waits as well', async () => {
    const result = await context.run(on.start(), leader(), {
      pebbleFaults: {
        pgbouncer: { path: '/v1/files', method: 'POST', atRequest: 2, times: Infinity },
      },
    });
    expect(result.paths[0]).toMatch(
      /^start: is_container=yes is_cfg=no is_leader=yes gen_cfg .*is_container=no.* defer$/,
    );
    expect(result).toHaveDeferred('start');
    expect(result).toHaveStatus('waiting', 'waiting for the pgbouncer container');
  });
});

describe('with a backend', () => {
  const related = leader({ relations: [backend()] });

  test('its database and user are in the files from the start', async () => {
    const { state } = await context.run(on.start(), related);
    const ini = fileIn(state, 'instance_0/pgbouncer.ini');
    expect(ini).toContain('\norders = dbname=orders host=10.2.0.1 port=5432\n');
    expect(ini).toContain(`\nauth_file = ${base}/userlist.txt\n`);
    expect(filesIn(state)['userlist.txt']).toMatchObject({
      text: '"relation_7" "sesame-open-7"\n',
      permissions: 0o400,
      user: 'postgres',
    });
  });

  test.each([
    ['start', [], on.start()],
    ['pebble-ready', [on.start()], on.pebbleReady('pgbouncer')],
    ['update-status', [on.start(), on.pebbleReady('pgbouncer')], on.updateStatus()],
  ])('its password is in no other place after %s', async (_, before, event) => {
    const { state, logs, hookToolCalls } = await context.run(
      event,
      await context.stateAfter(before, related),
    );
    const others = withFiles(state, 'pgbouncer', { [`${base}/userlist.txt`]: undefined });
    const calls = hookToolCalls.map(({ tool, args, stdin }) => ({ tool, args, stdin }));
    const shown = { ...others, relations: published(state), logs, calls };
    expect(fileIn(state, 'userlist.txt')).toContain('sesame');
    expect(JSON.stringify(shown)).not.toContain('sesame');
  });
});

test('starting again changes nothing on a unit that runs', async () => {
  const running = await runningUnit();
  const { workload, state } = await context.run(on.start(), running);
  expect(workload.pgbouncer).toMatchObject({ started: [], signals: {} });
  expect(workload.pgbouncer.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(state.containers).toEqual(running.containers);
});

describe('a directory that belongs to somebody else', () => {
  const ours = { user: 'postgres', group: 'postgres', permissions: 0o700 };
  const path = `${base}/instance_0/`;

  test.each([
    { ...ours, user: 'root' },
    { ...ours, group: 'root' },
    { ...ours, permissions: 0o755 },
  ])('such as %j, is made anew before anything runs in it', async (other) => {
    const { state } = await context.run(
      on.start(),
      leader({ container: { files: { [path]: other } } }),
    );
    expect(state.containers.pgbouncer.files[path]).toMatchObject(ours);
  });

  test('is left, with a warning, while a process runs in it', async () => {
    const open = { [path]: { permissions: 0o755 } };
    const state = withFiles(await runningUnit(), 'pgbouncer', open);
    const result = await context.run(on.start(), state);
    expect(result.state.containers.pgbouncer.files[path]).toMatchObject({ permissions: 0o755 });
    expect(result).toHaveLogged(
      `${base}/instance_0 should belong to postgres alone, and is in use as it is`,
      'warning',
    );
  });
});
