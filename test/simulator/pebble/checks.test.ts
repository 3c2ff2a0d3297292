import { describe, expect, test } from 'vitest';

import { kindNetwork } from '../../../src/simulator/pebble/checks/network-probes.ts';
import type { PretendProgram } from '../../../src/simulator/pebble/pretend-launcher.ts';
import { coreFixture, type CoreFixture } from './core-fixture.ts';

const web = { override: 'replace', command: '/bin/web' };
const check = { override: 'replace', period: '10s', threshold: 2, exec: { command: 'probe' } };

/** A probe that fails as long as `broken.now` says so. */
function probe(broken: { now: boolean }): PretendProgram {
  return (process) => {
    if (broken.now) process.write('it broke\n');
    process.exit(broken.now ? 3 : 0);
  };
}

async function addLayer(pebble: CoreFixture, layer: object): Promise<void> {
  const reply = await pebble.post('/v1/layers', {
    action: 'add',
    combine: true,
    label: 'base',
    format: 'yaml',
    layer: JSON.stringify(layer),
  });
  expect(reply.result).toBe(true);
}

const checks = async (pebble: CoreFixture): Promise<unknown> =>
  (await pebble.get('/v1/checks')).result;

describe('a check', () => {
  test('runs when its period is over, and not before', async () => {
    const pebble = coreFixture({ programs: { probe: probe({ now: false }) } });
    await addLayer(pebble, { checks: { web: check } });
    await pebble.clock.advance(9_999);
    expect(pebble.launcher.processes).toHaveLength(0);
    await pebble.clock.advance(1);
    await pebble.clock.advance(10_000);
    expect(pebble.launcher.processes).toHaveLength(2);
    await expect(checks(pebble)).resolves.toMatchObject([{ status: 'up', successes: 2 }]);
  });

  test('goes down at its threshold and recovers with one success', async () => {
    const broken = { now: true };
    const pebble = coreFixture({ programs: { probe: probe(broken) } });
    await addLayer(pebble, { checks: { web: check } });
    await pebble.clock.advance(20_000);
    await expect(checks(pebble)).resolves.toMatchObject([
      { status: 'down', failures: 2, 'change-id': '2', 'prev-change-id': '1' },
    ]);
    await expect(pebble.change('1')).resolves.toMatchObject({
      status: 'Error',
      err: 'cannot perform the following tasks:\n- Perform exec check "web" (exit status 3; it broke)\n- Perform exec check "web" (exit status 3; it broke)',
    });
    await pebble.clock.advance(10_000);
    await expect(checks(pebble)).resolves.toMatchObject([{ status: 'down', failures: 3 }]);
    expect((await pebble.get('/v1/health')).status).toBe(502);
    broken.now = false;
    await pebble.clock.advance(10_000);
    await expect(checks(pebble)).resolves.toMatchObject([
      { status: 'up', successes: 1, 'change-id': '3', 'prev-change-id': '2' },
    ]);
    await expect(pebble.change('2')).resolves.toMatchObject({ status: 'Done' });
    expect((await pebble.get('/v1/health')).status).toBe(200);
  });

  test('that succeeds below its threshold tells after how many failures', async () => {
    const broken = { now: true };
    const pebble = coreFixture({ programs: { probe: probe(broken) } });
    await addLayer(pebble, { checks: { web: check } });
    await pebble.clock.advance(10_000);
    broken.now = false;
    await pebble.clock.advance(10_000);
    const { tasks } = await pebble.change('1');
    expect(tasks[0]?.log[1]).toMatch(/INFO succeeded after 1 failure$/);
  });

  test('is killed when it takes longer than its timeout', async () => {
    const pebble = coreFixture({ programs: { probe: () => undefined } });
    await addLayer(pebble, { checks: { web: { ...check, timeout: '2s', threshold: 1 } } });
    await pebble.clock.advance(12_000);
    expect(pebble.launcher.processes[0]?.signals).toEqual(['SIGKILL']);
    const change = await pebble.change('1');
    expect(change.err).toContain('check timed out after 2s');
  });

  test('shows no more than the last lines of what it printed', async () => {
    const pebble = coreFixture({
      programs: {
        probe: (process) => {
          process.write('1\n2\n3\n4\n5\n6\n7\n');
          process.exit(1);
        },
      },
    });
    await addLayer(pebble, { checks: { web: check } });
    const reply = await pebble.post('/v1/checks/refresh', { name: 'web' });
    expect(reply.result).toMatchObject({ error: 'exit status 1; (...)\n3\n4\n5\n6\n7' });
  });

  test('that is refreshed runs again a whole period later', async () => {
    const pebble = coreFixture({ programs: { probe: probe({ now: false }) } });
    await addLayer(pebble, { checks: { web: check } });
    await pebble.clock.advance(9_000);
    await pebble.post('/v1/checks/refresh', { name: 'web' });
    await pebble.clock.advance(9_999);
    expect(pebble.launcher.processes).toHaveLength(1);
    await pebble.clock.advance(1);
    expect(pebble.launcher.processes).toHaveLength(2);
  });

  test('that is aborted through its change stops', async () => {
    const pebble = coreFixture({ programs: { probe: probe({ now: false }) } });
    await addLayer(pebble, { checks: { web: check } });
    await pebble.post('/v1/changes/1', { action: 'abort' });
    await pebble.clock.advance(30_000);
    expect(pebble.launcher.processes).toHaveLength(0);
    await expect(checks(pebble)).resolves.toMatchObject([{ status: 'inactive' }]);
    await expect(pebble.change('1')).resolves.toMatchObject({ status: 'Done' });
  });

  test('runs no more when the daemon has ended', async () => {
    const pebble = coreFixture({ programs: { probe: probe({ now: false }) } });
    await addLayer(pebble, { checks: { web: check } });
    await pebble.core.close();
    await pebble.clock.advance(60_000);
    expect(pebble.launcher.processes).toHaveLength(0);
  });

  test('of HTTP shows the beginning of what it was answered', async () => {
    const body = Array.from({ length: 7 }, (_, line) => `line ${line + 1}`).join('\n');
    const pebble = coreFixture({
      network: { ...kindNetwork, http: async () => Promise.resolve({ status: 503, body }) },
    });
    await addLayer(pebble, {
      checks: { web: { override: 'replace', http: { url: 'http://localhost/' } } },
    });
    const reply = await pebble.post('/v1/checks/refresh', { name: 'web' });
    expect(reply.result).toMatchObject({
      error: 'non-2xx status code 503; line 1\nline 2\nline 3\nline 4\nline 5\n(...)',
    });
  });
});

/** A service that runs, and a check that has just gone down. */
async function failing(action: string): Promise<CoreFixture> {
  const pebble = coreFixture({ programs: { probe: probe({ now: true }) } });
  await addLayer(pebble, {
    services: { web: { ...web, 'on-check-failure': { web: action } }, other: web },
    checks: { web: check },
  });
  await pebble.act('start', 'web', 'other');
  await pebble.clock.advance(18_000);
  return pebble;
}

describe('on-check-failure', () => {
  test('of restart ends the process and starts another one after the backoff', async () => {
    const pebble = await failing('restart');
    await expect(pebble.status('web')).resolves.toBe('backoff');
    await pebble.clock.advance(500);
    await expect(pebble.status('web')).resolves.toBe('active');
    const started = pebble.launcher.processes.filter(({ spec }) => spec.service === 'web');
    const services = started.filter(({ spec }) => spec.purpose === 'service');
    expect(services.map(({ signals }) => signals)).toEqual([['SIGTERM'], []]);
    await expect(pebble.status('other')).resolves.toBe('active');
  });

  test.for([
    ['shutdown', 11],
    ['success-shutdown', 0],
  ] as const)('of %s asks for an end with %i', async ([action, exitCode]) => {
    const pebble = await failing(action);
    expect(pebble.events).toContainEqual({ kind: 'shutdown', exitCode });
  });

  test('of ignore does nothing', async () => {
    const pebble = await failing('ignore');
    await expect(pebble.status('web')).resolves.toBe('active');
    expect(pebble.events.filter(({ kind }) => kind === 'shutdown')).toEqual([]);
  });

  test('leaves a service stopped that somebody stops meanwhile', async () => {
    const broken = { now: true };
    const pebble = coreFixture({
      programs: { probe: probe(broken), '/bin/web': () => () => undefined },
    });
    await addLayer(pebble, {
      services: { web: { ...web, 'on-check-failure': { web: 'restart' } } },
      checks: { web: check },
    });
    await pebble.act('start', 'web');
    await pebble.clock.advance(18_000);
    await pebble.act('stop', 'web');
    await pebble.clock.advance(60_000);
    await expect(pebble.status('web')).resolves.toBe('inactive');
  });
});
