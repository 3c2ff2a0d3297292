import { Harness, HarnessStateError, NotDeclaredError } from 'charmwright/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Hello, type meta } from './fixture-charm.ts';
import { PebbleClient } from '../../src/pebble/index.ts';
import type { HarnessOptions, PretendProgram } from '../../src/testing/index.ts';

const made: Harness<typeof meta, Hello>[] = [];

function harnessFor(options?: HarnessOptions<typeof meta, Hello>): Harness<typeof meta, Hello> {
  const harness = new Harness(Hello, options);
  made.push(harness);
  return harness;
}

afterEach(async () => {
  for (const harness of made.splice(0)) await harness.close();
});

const names = (harness: Harness<typeof meta, Hello>): string[] =>
  harness.runs.map(({ event }) => event);

/** A program that goes on whatever signal it gets. */
function heedless(): () => void {
  return () => undefined;
}

/** A program that says what it was given, complains, and fails. */
const seal: PretendProgram = (process) => {
  process.onInput((text) => {
    process.write(`${process.spec.argv.join(' ')} ${process.spec.environment['KEY']} ${text}\n`);
    process.writeError('leaky\n');
    process.exit(4);
  });
};

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('beginning', () => {
  it('with initial hooks runs what Juju runs for a fresh leader', async () => {
    const harness = harnessFor({ leader: true });
    await harness.beginWithInitialHooks();
    expect(names(harness)).toEqual([
      'install',
      'cluster-relation-created',
      'leader-elected',
      'config-changed',
      'start',
      'web-pebble-ready',
    ]);
    expect(harness.status.unit).toMatchObject({ status: 'active', message: 'on 80' });
  });

  it('can have the container answer before the first config-changed', async () => {
    const harness = harnessFor();
    await harness.beginWithInitialHooks({ pebbleReady: 'after-install' });
    const order = names(harness);
    expect(order.indexOf('web-pebble-ready')).toBeLessThan(order.indexOf('config-changed'));
    expect(harness.deferred).toEqual([]);
  });

  it('alone runs nothing, and takes all until then for done', async () => {
    const harness = harnessFor();
    await harness.addRelation('db', 'pg', { units: { 'pg/0': { a: '1' } } });
    harness.begin();
    await harness.updateConfig({ port: 8080 });
    expect(names(harness)).toEqual(['config-changed']);
  });

  it('twice is refused, and so is an event before it', async () => {
    const harness = harnessFor();
    await expect(harness.run('start')).rejects.toThrow(HarnessStateError);
    harness.begin();
    expect(() => harness.begin()).toThrow('the unit has begun already');
  });
});

describe('containers', () => {
  it('show files with owner and mode, services and plan', async () => {
    const harness = harnessFor();
    await harness.beginWithInitialHooks();
    const web = harness.container('web');
    expect(web.file('/etc/web/port')).toEqual({
      kind: 'file',
      text: '80',
      permissions: 0o640,
      user: 'postgres',
      group: 'postgres',
    });
    expect(await web.services()).toEqual({ web: 'active' });
    expect((await web.plan()).services).toMatchObject({ web: { command: '/bin/web --port 80' } });
    expect(web.process('web')?.spec.argv).toEqual(['/bin/web', '--port', '80']);
  });

  it('cannot be reached until Pebble is ready, and the event waits for that', async () => {
    const harness = harnessFor();
    harness.begin();
    await harness.updateConfig({ port: 8080 });
    expect(harness.deferred).toMatchObject([
      {
        kind: 'config-changed',
        handler: 'onConfigChanged',
        reason: 'web is not up yet',
        attempts: 0,
      },
    ]);
    await harness.containerPebbleReady('web');
    expect(harness.deferred).toEqual([]);
    expect(await harness.container('web').services()).toEqual({ web: 'active' });
  });

  it('lose files, plan and processes when they restart, and pebble-ready comes', async () => {
    const harness = harnessFor({
      containers: { web: { files: { '/etc/motd': 'hi', '/var/empty/': '' } } },
    });
    await harness.beginWithInitialHooks();
    const web = harness.container('web');
    web.putFile('/etc/motd', 'changed');
    const before = web.bootId;
    await harness.hooksDisabled(() => harness.restartContainer('web'));
    expect(web.bootId).not.toBe(before);
    expect(web.file('/etc/web/port')).toBeUndefined();
    expect(web.file('/etc/motd')?.text).toBe('hi');
    expect(await web.services()).toEqual({});
    await harness.restartContainer('web');
    expect(names(harness).at(-1)).toBe('web-pebble-ready');
    expect(await web.services()).toEqual({ web: 'active' });
  });

  it('have programs that exit at their start, which the charm hears of', async () => {
    const harness = harnessFor();
    harness.container('web').exitAtStart('/bin/web', 3);
    harness.begin();
    harness.setCanConnect('web', true);
    const { error } = await harness.runExpectingError('web-pebble-ready');
    expect(error).toMatchObject({ code: 'pebble-change' });
    expect(harness.failedHook).toBe('web-pebble-ready');
  });

  it('end with the harness, and restart, though a process heeds no signal', async () => {
    const harness = harnessFor({ containers: { web: { programs: { '/bin/web': heedless } } } });
    await harness.beginWithInitialHooks();
    const first = harness.container('web').process('web');
    await harness.restartContainer('web');
    const second = harness.container('web').process('web');
    await harness.close();
    expect([first?.signals, first?.running]).toEqual([['SIGTERM', 'SIGKILL'], false]);
    expect([second?.signals, second?.running]).toEqual([['SIGTERM', 'SIGKILL'], false]);
  });

  it('restart a service that exits, as time moves on', async () => {
    const harness = harnessFor();
    await harness.beginWithInitialHooks();
    const web = harness.container('web');
    web.process('web')?.exit(1);
    await harness.advance(0);
    expect(await web.services()).toEqual({ web: 'backoff' });
    await harness.advance(500);
    expect(await web.services()).toEqual({ web: 'active' });
    expect(web.processes).toHaveLength(2);
  });

  it('lose the connection at the request that the test chose', async () => {
    const harness = harnessFor();
    harness.begin();
    harness.setCanConnect('web', true);
    harness.container('web').fail({ path: '/v1/layers' });
    const { error, paths } = await harness.runExpectingError('web-pebble-ready');
    expect(error).toMatchObject({ code: 'pebble-connection' });
    expect(paths).toEqual([expect.stringContaining('ready: can_connect=yes start_web')]);
  });

  it('execute commands that the test lists, with their input, outputs and exit code', async () => {
    const harness = harnessFor({ containers: { web: { programs: { '/bin/seal': seal } } } });
    harness.begin();
    harness.setCanConnect('web', true);
    const web = harness.container('web');
    const charm = new PebbleClient(web.transport());
    const environment = { KEY: 'k' };
    const sealed = await charm.exec(['/bin/seal', 'a'], { stdin: 'text', environment });
    expect(await rejection(sealed.waitOutput())).toMatchObject({
      code: 'pebble-exec',
      exitCode: 4,
      stdout: '/bin/seal a k text\n',
      stderr: 'leaky\n',
    });
    expect(web.requests.map(({ path }) => path)).toContain('/v1/tasks/1/websocket/stdio');
    expect(await rejection(charm.exec(['/bin/other']))).toMatchObject({
      code: 'pebble-api',
      reason: 'cannot find executable "/bin/other"',
    });
  });

  it('kill the command that a charm gives up, or that loses its streams', async () => {
    const harness = harnessFor({ containers: { web: { programs: { '/bin/wait': heedless } } } });
    harness.begin();
    harness.setCanConnect('web', true);
    const web = harness.container('web');
    const charm = new PebbleClient(web.transport());
    const command = await charm.exec(['/bin/wait']);
    const exit = rejection(command.exitCode());
    command.kill();
    expect(await exit).toMatchObject({ code: 'pebble-abort' });
    expect((await web.pebble.waitChange(command.changeId)).tasks[0]?.data).toEqual({
      'exit-code': 137,
    });
    web.fail({ path: /stderr$/ });
    expect(await rejection(charm.exec(['/bin/wait']))).toMatchObject({ code: 'pebble-connection' });
  });

  it('count requests for a fault from when it is ordered', async () => {
    const harness = harnessFor();
    harness.begin();
    harness.setCanConnect('web', true);
    const web = harness.container('web');
    const fault = web.fail({ atRequest: 2 });
    await harness.runExpectingError('web-pebble-ready');
    expect(web.requests).toHaveLength(2);
    fault();
    const { paths } = await harness.run('web-pebble-ready');
    expect(paths).toEqual(['ready: can_connect=yes start_web return']);
  });
});

describe('events', () => {
  it('tell the path of the chart, the calls of hook tools and the log', async () => {
    const harness = harnessFor();
    harness.begin();
    const blocked = await harness.run('web-pebble-ready');
    expect(blocked.paths).toEqual(['ready: can_connect=no wait']);
    harness.setCanConnect('web', true);
    const result = await harness.run('update-status');
    expect(result).toMatchObject({ exitCode: 0, event: 'update-status' });
    expect(result.paths).toEqual(['ready: can_connect=yes start_web return']);
    expect(result.hookToolCalls.map(({ tool }) => tool)).toContain('status-set');
    expect(result.logs.map(({ level, message }) => `${level} ${message}`)).toContain(
      'INFO all is well',
    );
  });

  it('throw on what a handler throws, and leave the unit in error', async () => {
    let breakage: Error | undefined = new Error('out of cheese');
    const harness = harnessFor({
      leader: true,
      onCharm: (charm) => {
        charm.breakage = breakage;
      },
    });
    harness.begin();
    harness.setCanConnect('web', true);
    await expect(harness.updateConfig({ port: 81 })).rejects.toBe(breakage);
    expect(harness.status.unit.status).toBe('error');
    expect(harness.getRelationData(harness.relationId('cluster'), 'hello')).toEqual({});
    await expect(harness.run('update-status')).rejects.toThrow('in error since config-changed');
    breakage = undefined;
    await harness.run('config-changed');
    expect(harness.getRelationData(harness.relationId('cluster'), 'hello')).toEqual({ port: '81' });
  });

  it('expected to fail and not failing are reported', async () => {
    const harness = harnessFor();
    harness.begin();
    await expect(harness.runExpectingError('update-status')).rejects.toThrow(
      'the dispatch succeeded',
    );
  });

  it('throw on what a re-emitted handler throws, and keep its entry', async () => {
    let breakage: Error | undefined;
    const harness = harnessFor({
      onCharm: (charm) => {
        charm.breakage = breakage;
      },
    });
    harness.begin();
    await harness.run('config-changed');
    breakage = new Error('out of cheese');
    await expect(harness.reemitDeferred()).rejects.toThrow('out of cheese');
    const { deferred, exitCode } = await harness.runExpectingError('update-status');
    expect(exitCode).toBe(0);
    expect(deferred).toMatchObject([{ attempts: 2, lastError: 'out of cheese' }]);
    expect(harness.failedHook).toBeUndefined();
  });

  it('that the charm does not have are refused by type and at run time', async () => {
    const harness = harnessFor();
    harness.begin();
    // @ts-expect-error the charm has no container of that name
    await expect(harness.run('api-pebble-ready')).rejects.toThrow(NotDeclaredError);
    // @ts-expect-error the charm has no endpoint of that name
    await expect(harness.addRelation('cache', 'redis')).rejects.toThrow(
      /declares cluster, db, site/,
    );
    // @ts-expect-error the charm has no option of that name
    await expect(harness.updateConfig({ prot: 1 })).rejects.toThrow(/port, greeting, motto/);
    // @ts-expect-error the option is a number
    await expect(harness.updateConfig({ port: '1' })).rejects.toThrow('expected int');
    // @ts-expect-error the charm has no container of that name
    expect(() => harness.container('api')).toThrow(NotDeclaredError);
  });
});

describe('relations', () => {
  it('bring their hooks and data, and take what the charm writes', async () => {
    const harness = harnessFor();
    harness.begin();
    const id = await harness.addRelation('db', 'pg', {
      appData: { host: '10.2.0.1' },
      units: { 'pg/0': {} },
    });
    expect(names(harness)).toEqual([
      'db-relation-created',
      'db-relation-changed',
      'db-relation-joined',
      'db-relation-changed',
    ]);
    expect(harness.getRelationData(id, 'hello/0')).toMatchObject({ seen: '10.2.0.1' });
    await harness.updateRelationData(id, 'pg', { host: '10.2.0.2' });
    expect(harness.status.unit.message).toBe('db at 10.2.0.2');
    await harness.addRelationUnit(id, 'pg/1');
    await harness.removeRelationUnit(id, 'pg/0');
    await harness.removeRelation(id);
    expect(names(harness).slice(5)).toEqual([
      'db-relation-joined',
      'db-relation-changed',
      'db-relation-departed',
      'db-relation-departed',
      'db-relation-broken',
    ]);
  });

  it('among peers need no adding, and other units can join', async () => {
    const harness = harnessFor({ leader: true });
    harness.begin();
    harness.setCanConnect('web', true);
    const id = harness.relationId('cluster');
    await harness.addRelationUnit(id, 'hello/4', { 'ingress-address': '10.1.0.9' });
    expect(names(harness)).toEqual(['cluster-relation-joined', 'cluster-relation-changed']);
    await harness.updateConfig({ port: 8080 });
    expect(harness.getRelationData(id, 'hello')).toEqual({ port: '8080' });
  });

  it('are told to a minion when the leader writes, which the test does in its place', async () => {
    const harness = harnessFor();
    harness.begin();
    await harness.updateRelationData(harness.relationId('cluster'), 'hello', { port: '1' });
    expect(names(harness)).toEqual(['cluster-relation-changed']);
  });

  it('keep nothing that a failing hook wrote', async () => {
    const harness = harnessFor();
    harness.begin();
    const id = await harness.hooksDisabled(() =>
      harness.addRelation('db', 'pg', { appData: { host: 'h' } }),
    );
    const undo = harness.failHookTool('relation-set', { message: 'quota exceeded' });
    const { error } = await harness.runExpectingError('db-relation-changed');
    expect(String(error)).toMatch(/relation-set.*quota exceeded/s);
    expect(harness.getRelationData(id, 'hello/0')).not.toHaveProperty('seen');
    undo();
    await harness.run('db-relation-changed');
    expect(harness.getRelationData(id, 'hello/0')).toMatchObject({ seen: 'h' });
  });

  it('fail as often as they are told, and then work', async () => {
    const harness = harnessFor();
    harness.begin();
    harness.failHookTool('config-get', { times: 1, message: 'busy' });
    harness.setCanConnect('web', true);
    const { error } = await harness.runExpectingError('config-changed');
    expect(String(error)).toMatch(/config-get.*busy/s);
    await harness.run('config-changed');
    expect(harness.failedHook).toBeUndefined();
  });
});

describe('the pod', () => {
  it('when it is replaced runs stop, upgrade-charm, config-changed, start and pebble-ready', async () => {
    const harness = harnessFor();
    await harness.beginWithInitialHooks();
    const before = harness.runs.length;
    await harness.podChurn();
    expect(names(harness).slice(before)).toEqual([
      'stop',
      'upgrade-charm',
      'config-changed',
      'start',
      'web-pebble-ready',
    ]);
    expect(await harness.container('web').services()).toEqual({ web: 'active' });
  });

  it.each([
    ['keeps', 'controller', 1],
    ['loses', 'local', 0],
  ] as const)(
    '%s deferred events when it is replaced and state is in the %s store',
    async (_, state, left) => {
      const harness = harnessFor({ state });
      harness.begin();
      await harness.run('config-changed');
      expect(harness.deferred).toHaveLength(1);
      await harness.hooksDisabled(() => harness.podChurn());
      const { logs } = await harness.run('update-status');
      expect(logs.filter(({ message }) => message.startsWith('re-emitting'))).toHaveLength(left);
    },
  );
});

describe('time', () => {
  it('stands still, and brings update-status when it is moved', async () => {
    const harness = harnessFor();
    harness.begin();
    await harness.advance(60_000);
    expect(names(harness)).toEqual([]);
    await harness.advance(300_000);
    expect(names(harness)).toEqual(['update-status']);
  });
});

describe('leadership', () => {
  it('brings leader-elected when it is won, and nothing when it is lost', async () => {
    const harness = harnessFor();
    harness.begin();
    await harness.setLeader(true);
    await harness.setLeader(false);
    expect(names(harness)).toEqual(['leader-elected']);
  });
});
