import { describe, expect, test } from 'vitest';

import type { PretendProgram } from '../../../src/simulator/pebble/pretend-launcher.ts';
import { coreFixture } from './core-fixture.ts';
import { stubborn } from './stubborn-process.ts';

const web = { override: 'replace', command: '/bin/web' };

describe('starting', () => {
  test('a service has the environment and user of its workload beneath its own', async () => {
    const pebble = coreFixture({
      layers: [
        {
          order: 1,
          label: 'first',
          text: JSON.stringify({
            services: { web: { ...web, workload: 'all', environment: { A: 'own' } } },
            workloads: {
              all: { override: 'replace', environment: { A: 'shared', B: 'shared' }, user: 'root' },
            },
          }),
        },
      ],
    });
    await pebble.act('start', 'web');
    expect(pebble.launcher.running('web')?.spec).toMatchObject({
      environment: { A: 'own', B: 'shared', USER: 'root' },
      user: { userId: 0 },
    });
    expect((await pebble.get('/v1/plan', { format: 'yaml' })).result).toContain(
      'workloads:\n    all:\n        override: replace\n        environment:\n            A: shared\n',
    );
  });

  test('a start is done when the process has lived for a second, not before', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({ web });
    const id = await pebble.ask('start', 'web');
    await pebble.clock.advance(999);
    expect(await pebble.change(id)).toMatchObject({ status: 'Doing', ready: false });
    expect(await pebble.status('web')).toBe('active');
    await pebble.clock.advance(1);
    expect(await pebble.change(id)).toMatchObject({ status: 'Done', ready: true });
  });

  test('many services at once are no leak to Node', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const names = Array.from({ length: 12 }, (_, index) => `web-${index}`);
    const pebble = coreFixture();
    await pebble.addLayer(Object.fromEntries(names.map((name) => [name, web])));
    const id = await pebble.ask('start', ...names);
    await pebble.clock.advance(1000);
    expect(await pebble.change(id)).toMatchObject({ status: 'Done' });
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test('a process that ends in its first second fails the start and is started again', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({ web });
    const id = await pebble.ask('start', 'web');
    await pebble.clock.advance(100);
    pebble.launcher.running('web')?.write('no config\n');
    pebble.launcher.running('web')?.exit(3);
    await pebble.clock.advance(0);
    expect(await pebble.change(id)).toMatchObject({
      status: 'Error',
      err: 'cannot perform the following tasks:\n- Start service "web" (service start attempt: exited quickly with code 3, will restart)',
    });
    expect((await pebble.change(id)).tasks[0]?.log[0]).toContain('    no config');
    expect(await pebble.status('web')).toBe('backoff');
    await pebble.clock.advance(500);
    expect(await pebble.status('web')).toBe('active');
    expect(pebble.launcher.processes).toHaveLength(2);
  });

  test('a program that does not exist fails the start and stays down', async () => {
    const pebble = coreFixture({ programs: { '/bin/web': undefined } });
    await pebble.addLayer({ web });
    expect((await pebble.act('start', 'web')).err).toContain(
      'cannot start service: fork/exec /bin/web: no such file or directory',
    );
    expect(await pebble.status('web')).toBe('inactive');
    await pebble.clock.advance(60_000);
    expect(pebble.launcher.processes).toHaveLength(0);
  });

  test('stopping in the first second fails the start', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({ web });
    const start = await pebble.ask('start', 'web');
    expect(await pebble.act('stop', 'web')).toMatchObject({ status: 'Done' });
    expect((await pebble.change(start)).err).toContain(
      'service start attempt: stopped before the 1s okay delay',
    );
    expect(await pebble.status('web')).toBe('inactive');
  });

  test('aborting a start kills the process and holds what waits for it', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({
      web: { ...web, requires: ['db'], after: ['db'] },
      db: { override: 'replace', command: '/bin/db' },
    });
    const id = await pebble.ask('start', 'web');
    await pebble.post(`/v1/changes/${id}`, { action: 'abort' });
    await pebble.clock.advance(0);
    const change = await pebble.change(id);
    expect(change.err).toContain('start aborted, sent SIGKILL to process');
    expect(change.tasks.map(({ status }) => status)).toEqual(['Error', 'Hold']);
    expect(pebble.launcher.processes[0]?.signals).toEqual(['SIGKILL']);
    expect(pebble.launcher.processes).toHaveLength(1);
  });

  test('the process has the environment of its layer over what the daemon passes on', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({
      web: { ...web, command: "/bin/web 'a b' [ --x ]", environment: { A: '1' } },
    });
    await pebble.act('start', 'web');
    expect(pebble.launcher.running('web')?.spec).toMatchObject({
      argv: ['/bin/web', 'a b', '--x'],
      environment: { A: '1', PATH: pebble.launcher.environment['PATH'] },
    });
  });

  test('a user has its home and primary group', async () => {
    const pebble = coreFixture({
      accounts: {
        users: [{ name: 'bouncer', userId: 7, groupId: 8, home: '/home/b' }],
        groups: [{ name: 'bouncer', groupId: 8, members: [] }],
      },
    });
    await pebble.addLayer({ web: { ...web, user: 'bouncer' } });
    await pebble.act('start', 'web');
    expect(pebble.launcher.running('web')?.spec).toMatchObject({
      user: { userId: 7, groupId: 8, name: 'bouncer' },
      environment: { HOME: '/home/b', USER: 'bouncer' },
    });
  });
});

describe('stopping', () => {
  test('a process that ignores SIGTERM is killed after its kill delay', async () => {
    const pebble = coreFixture({ programs: { '/bin/web': () => () => undefined } });
    await pebble.addLayer({ web: { ...web, 'kill-delay': '3s' } });
    await pebble.act('start', 'web');
    const id = await pebble.ask('stop', 'web');
    await pebble.clock.advance(2999);
    expect(pebble.launcher.processes[0]?.signals).toEqual(['SIGTERM']);
    expect(await pebble.change(id)).toMatchObject({ ready: false });
    await pebble.clock.advance(1);
    expect(pebble.launcher.processes[0]?.signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(await pebble.change(id)).toMatchObject({ status: 'Done' });
  });

  test('closing the daemon stops what runs and what would come back', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({ web, db: { override: 'replace', command: '/bin/db' } });
    await pebble.act('start', 'web', 'db');
    pebble.launcher.running('db')?.exit(1);
    await pebble.clock.advance(1);
    await pebble.core.close();
    await pebble.clock.advance(60_000);
    expect(pebble.launcher.processes.filter(({ running }) => running)).toEqual([]);
    expect(pebble.launcher.processes).toHaveLength(2);
  });
});

describe('when a process ends', () => {
  test('waits longer each time, up to the limit, and forgets after a long life', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({
      web: { ...web, 'backoff-delay': '1s', 'backoff-factor': 3, 'backoff-limit': '5s' },
    });
    await pebble.act('start', 'web');
    for (const delay of [1000, 3000, 5000, 5000]) {
      pebble.launcher.running('web')?.exit(1);
      await pebble.clock.advance(delay - 1);
      expect(await pebble.status('web')).toBe('backoff');
      await pebble.clock.advance(1);
      expect(await pebble.status('web')).toBe('active');
    }
    await pebble.clock.advance(5000);
    pebble.launcher.running('web')?.exit(1);
    await pebble.clock.advance(1000);
    expect(await pebble.status('web')).toBe('active');
  });

  test.each([
    { code: 0, field: 'on-success', status: 'inactive' },
    { code: 4, field: 'on-failure', status: 'error' },
  ])('ignoring an end with $code leaves it $status', async ({ code, field, status }) => {
    const pebble = coreFixture();
    await pebble.addLayer({ web: { ...web, [field]: 'ignore' } });
    await pebble.act('start', 'web');
    pebble.launcher.running('web')?.exit(code);
    await pebble.clock.advance(60_000);
    expect(await pebble.status('web')).toBe(status);
    expect(pebble.launcher.processes).toHaveLength(1);
  });

  test.each([
    { action: 'shutdown', code: 1, exitCode: 10 },
    { action: 'success-shutdown', code: 1, exitCode: 0 },
  ])('$action asks for the end of the daemon', async ({ action, code, exitCode }) => {
    const pebble = coreFixture();
    await pebble.addLayer({ web: { ...web, 'on-failure': action } });
    await pebble.act('start', 'web');
    pebble.launcher.running('web')?.exit(code);
    await pebble.clock.advance(0);
    expect(pebble.events).toContainEqual({ kind: 'shutdown', exitCode });
  });

  test('a signal to the process alone ends it like any failure', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({ web: { ...web, 'on-failure': 'ignore' } });
    const id = await pebble.ask('start', 'web');
    await pebble.post('/v1/signals', { signal: 'SIGTERM', services: ['web'] });
    await pebble.clock.advance(0);
    expect((await pebble.change(id)).err).toContain('exited quickly with code 143, will ignore');
  });
});

describe('replan', () => {
  test('restarts what has changed, starts what is enabled, and leaves the rest alone', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({
      same: { override: 'replace', command: '/bin/same', startup: 'enabled' },
      other: { override: 'replace', command: '/bin/other' },
      web: { ...web, startup: 'enabled' },
    });
    await pebble.act('autostart');
    await pebble.addLayer({ web: { override: 'merge', environment: { A: 'b' } } });
    expect(await pebble.act('replan')).toMatchObject({
      summary: 'Replan service "same" and 1 more',
      tasks: [
        { summary: 'Stop service "web"', status: 'Done' },
        { summary: 'Start service "same"', log: [expect.stringContaining('already started')] },
        { summary: 'Start service "web"', status: 'Done', log: [] },
      ],
    });
    expect(pebble.launcher.processes.map(({ spec }) => spec.service)).toEqual([
      'same',
      'web',
      'web',
    ]);
  });

  test('takes the same said in another order for no change', async () => {
    const pebble = coreFixture();
    const { override, ...rest } = { ...web, startup: 'enabled' as const };
    await pebble.addLayer({ web: { override, ...rest } });
    await pebble.act('autostart');
    await pebble.addLayer({ web: { ...rest, override } });
    await pebble.act('replan');
    expect(pebble.launcher.processes).toHaveLength(1);
  });

  test('with nothing to do is done at once and has no tasks', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({ web });
    const id = await pebble.ask('replan');
    expect(await pebble.change(id)).toMatchObject({
      summary: 'Replan - no services',
      status: 'Done',
      ready: true,
      tasks: [],
    });
  });
});

const failing: PretendProgram = (process) => {
  process.exit(1);
};

test('a start begins the backoff anew', async () => {
  const pebble = coreFixture({ programs: { '/bin/web': failing } });
  await pebble.addLayer({ web });
  await pebble.act('start', 'web');
  await pebble.act('stop', 'web');
  const before = pebble.launcher.processes.length;
  expect(before).toBeGreaterThan(1);
  await pebble.ask('start', 'web');
  await pebble.clock.advance(0);
  expect(pebble.launcher.processes).toHaveLength(before + 1);
  await pebble.clock.advance(500);
  expect(pebble.launcher.processes).toHaveLength(before + 2);
});

describe('waiting for a change', () => {
  test('ends with the change, or when its time is over', async () => {
    const pebble = coreFixture();
    await pebble.addLayer({ web });
    const id = await pebble.ask('start', 'web');
    const short = pebble.get(`/v1/changes/${id}/wait`, { timeout: '250ms' });
    const long = pebble.get(`/v1/changes/${id}/wait`, { timeout: '5s' });
    await pebble.clock.advance(2000);
    expect(await short).toMatchObject({
      status: 504,
      result: { message: 'timed out waiting for change after 250ms' },
    });
    expect(await long).toMatchObject({ status: 200, result: { status: 'Done' } });
  });

  test('ends when the daemon does', async () => {
    const pebble = coreFixture({ programs: { '/bin/web': () => () => undefined } });
    await pebble.addLayer({ web });
    const id = await pebble.ask('start', 'web');
    const waiting = pebble.get(`/v1/changes/${id}/wait`);
    const closing = pebble.core.close();
    await pebble.clock.advance(6000);
    await closing;
    expect((await waiting).status).toBeGreaterThanOrEqual(200);
    expect(pebble.launcher.running('web')).toBeUndefined();
  });
});

test('closing the daemon in the middle of a restart starts nothing more', async () => {
  const pebble = coreFixture({ programs: { '/bin/web': () => () => undefined } });
  await pebble.addLayer({ web });
  await pebble.act('start', 'web');
  const id = await pebble.ask('restart', 'web');
  const closing = pebble.core.close();
  await pebble.clock.advance(10_000);
  await closing;
  await pebble.clock.advance(10_000);
  expect(pebble.launcher.processes).toHaveLength(1);
  expect(pebble.launcher.running('web')).toBeUndefined();
  expect(await pebble.get(`/v1/changes/${id}`)).toMatchObject({
    status: 503,
    result: { message: 'the daemon is stopping' },
  });
});

describe('a process that does not do as it is told', () => {
  test('and ends long after SIGKILL is not started again', async () => {
    const { act, clock, process, launches, status } = stubborn();
    await act('start');
    await act('stop');
    process.end(137);
    await clock.advance(60_000);
    expect([await status(), launches()]).toEqual(['inactive', 1]);
  });

  test('and comes up only after its service was stopped is told to end', async () => {
    const { act, process, letLaunch, status } = stubborn({ held: true });
    const starting = act('start', 0);
    const stopping = act('stop', 0);
    await Promise.all([starting, stopping]);
    expect(process.signals).toEqual([]);
    letLaunch();
    await act('stop', 0);
    expect(process.signals).toEqual(['SIGTERM']);
    process.end(0);
    await act('stop');
    expect(await status()).toBe('inactive');
  });

  test('and leaves its output to others is waited for until shortly before it would be killed', async () => {
    const { act, clock, process, status } = stubborn({
      outputClosed: new Promise<void>(() => undefined),
    });
    await act('start');
    process.end(3);
    await clock.advance(4499);
    expect([await status(), process.abandoned]).toEqual(['active', false]);
    await clock.advance(1);
    expect([await status(), process.abandoned]).toEqual(['backoff', true]);
  });
});
