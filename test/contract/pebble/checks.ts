import { writeFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';

import type { Check, PebbleClient, PebbleRequest, Service } from '../../../src/pebble/index.ts';
import { eventually, post, refusal, rejection, type PebbleTests } from './implementation.ts';

const quick = { override: 'replace', period: '100ms', threshold: 2 } as const;
const succeeding: Check = { ...quick, exec: { command: 'true' } };
const failing: Check = { ...quick, exec: { command: `sh -c 'echo it broke; exit 3'` } };
const rare = { override: 'replace', period: '1h' } as const;
/** Up for as long as a test takes: a quick check fails when the machine is slower than its period. */
const lasting: Check = { ...rare, exec: { command: 'true' } };

const deadPort = '127.0.0.1:1';
/** Checks that fail, and why. */
const failures: readonly (readonly [Partial<Check>, string])[] = [
  [{ tcp: { host: '127.0.0.1', port: 1 } }, `dial tcp ${deadPort}: connect: connection refused`],
  [{ tcp: { port: 99_999 } }, 'dial tcp: address 99999: invalid port'],
  [
    { http: { url: `http://${deadPort}/` } },
    `Get "http://${deadPort}/": dial tcp ${deadPort}: connect: connection refused`,
  ],
  [
    { http: { url: 'http://localhost:99999/' } },
    'Get "http://localhost:99999/": dial tcp: address 99999: invalid port',
  ],
  [{ http: { url: 'http:///x' } }, 'Get "http:///x": http: no Host in request URL'],
  [{ http: { url: 'nothing' } }, 'Get "nothing": unsupported protocol scheme ""'],
  [{ http: { url: 'ftp://x/' } }, 'Get "ftp://x/": unsupported protocol scheme "ftp"'],
  [{ http: { url: ':x' } }, 'cannot build request: parse ":x": missing protocol scheme'],
  [{ exec: { command: `sh -c 'kill -9 $$'` } }, 'exit status 137'],
  [{ exec: { command: `''` } }, 'exec: no command'],
  [
    { exec: { command: 'true', 'working-dir': '/nowhere' } },
    'chdir /nowhere: no such file or directory',
  ],
  [{ exec: { command: `sh -c 'echo; echo " x "; echo; exit 1'` } }, 'exit status 1; x'],
  [{ exec: { command: `sh -c 'seq 1 9; exit 3'` } }, 'exit status 3; (...)\n5\n6\n7\n8\n9'],
  [
    { exec: { command: `sh -c 'head -c 2000 /dev/zero | tr "\\0" z; exit 1'` } },
    `exit status 1; ${'z'.repeat(512)}`,
  ],
  [{ exec: { command: `sh -c 'echo $0 $@; exit 1' [ a ]` } }, 'exit status 1; [ a ]'],
];

export function describeChecks({ own: test }: PebbleTests): void {
  describe.concurrent('checks', () => {
    test('are up before they have run', async ({ pebble }) => {
      await addChecks(pebble.client, { web: { ...rare, exec: { command: 'false' } } });
      await expect(pebble.client.checks()).resolves.toEqual([
        {
          name: 'web',
          level: undefined,
          startup: 'enabled',
          status: 'up',
          successes: 0,
          failures: 0,
          threshold: 3,
          changeId: expect.stringMatching(/^\d+$/) as unknown,
          previousChangeId: undefined,
        },
      ]);
    });

    test('leave out what is not said, and failures of 0', async ({ pebble }) => {
      await addChecks(pebble.client, { web: { ...rare, exec: { command: 'true' } } });
      const reply = await pebble.raw({ method: 'GET', path: '/v1/checks' });
      expect(reply.json).toEqual({
        type: 'sync',
        'status-code': 200,
        status: 'OK',
        result: [
          {
            name: 'web',
            startup: 'enabled',
            status: 'up',
            successes: 0,
            threshold: 3,
            'change-id': expect.any(String) as unknown,
          },
        ],
      });
    });

    test('count what succeeds', async ({ pebble }) => {
      await addChecks(pebble.client, { web: succeeding });
      const check = await checkWhere(pebble.client, 'web', ({ successes = 0 }) => successes >= 2);
      expect(check).toMatchObject({ status: 'up', failures: 0 });
    });

    test('are down after as many failures as their threshold, and health with them', async ({
      pebble,
    }) => {
      await addChecks(pebble.client, { web: failing });
      const first = (await pebble.client.checks())[0]?.changeId;
      const check = await checkWhere(pebble.client, 'web', ({ status }) => status === 'down');
      expect(check.failures).toBeGreaterThanOrEqual(2);
      expect(check.previousChangeId).toBe(first);
      const change = await pebble.client.change(first ?? '');
      expect(change).toMatchObject({
        kind: 'perform-check',
        summary: 'Perform exec check "web"',
        status: 'Error',
      });
      expect(change.tasks[0]?.log).toHaveLength(2);
      expect(change.err).toMatch(
        /^cannot perform the following tasks:\n- Perform exec check "web" /,
      );
      expect(change.err).toContain('exit status 3; it broke');
      await expect(pebble.client.change(check.changeId ?? '')).resolves.toMatchObject({
        kind: 'recover-check',
        summary: 'Recover exec check "web"',
        status: 'Doing',
      });
      await expect(pebble.client.isHealthy()).resolves.toBe(false);
      const reply = await pebble.raw({ method: 'GET', path: '/v1/health' });
      expect(reply).toMatchObject({ status: 502, json: { result: { healthy: false } } });
    });

    test('recover with the first success', async ({ pebble }) => {
      const flag = join(pebble.dir, 'flag');
      await addChecks(pebble.client, { web: { ...quick, exec: { command: `test -f ${flag}` } } });
      const down = await checkWhere(pebble.client, 'web', ({ status }) => status === 'down');
      await writeFile(flag, '');
      const up = await checkWhere(pebble.client, 'web', ({ status }) => status === 'up');
      expect(up).toMatchObject({ failures: 0, previousChangeId: down.changeId });
      expect(up.successes).toBeGreaterThanOrEqual(1);
      await expect(pebble.client.change(down.changeId ?? '')).resolves.toMatchObject({
        kind: 'recover-check',
        status: 'Done',
      });
      await rm(flag);
      await checkWhere(pebble.client, 'web', ({ status }) => status === 'down');
    });

    test('of HTTP want a status of 2xx, and tell of the body otherwise', async ({ pebble }) => {
      await using server = await serveHttp();
      await addChecks(pebble.client, {
        good: { ...quick, http: { url: `${server.url}/good`, headers: { 'X-Key': 'letmein' } } },
        bad: { ...quick, http: { url: `${server.url}/bad` } },
      });
      const bad = await checkWhere(pebble.client, 'bad', ({ status }) => status === 'down');
      const change = await pebble.client.change(bad.previousChangeId ?? '');
      expect(change.summary).toBe('Perform HTTP check "bad"');
      expect(change.err).toContain('non-2xx status code 500; out of order');
      await checkWhere(pebble.client, 'good', ({ successes = 0 }) => successes > 0);
    });

    test('of TCP want somebody to listen', async ({ pebble }) => {
      const server = await listen(createServer((socket) => socket.end()));
      const port = portOf(server);
      await addChecks(pebble.client, { web: { ...quick, tcp: { port, host: '127.0.0.1' } } });
      await checkWhere(pebble.client, 'web', ({ successes = 0 }) => successes > 0);
      await new Promise((resolve) => server.close(resolve));
      const down = await checkWhere(pebble.client, 'web', ({ status }) => status === 'down');
      const change = await pebble.client.change(down.previousChangeId ?? '');
      expect(change.summary).toBe('Perform TCP check "web"');
    });

    test('fail when they take too long', async ({ pebble }) => {
      await addChecks(pebble.client, {
        web: { ...quick, timeout: '50ms', exec: { command: 'sleep 10' } },
      });
      const down = await checkWhere(pebble.client, 'web', ({ status }) => status === 'down');
      const change = await pebble.client.change(down.previousChangeId ?? '');
      expect(change.err).toContain('check timed out after 50ms');
    });

    test('run in the surroundings of a service', async ({ pebble }) => {
      await pebble.client.addLayer('checks', {
        services: {
          web: {
            override: 'replace',
            command: 'sleep 1000',
            environment: { WHO: 'service', WHAT: 'service' },
            'working-dir': pebble.dir,
          },
        },
        checks: {
          web: {
            ...quick,
            exec: {
              command: `sh -c 'echo "$WHO $WHAT" > said'`,
              'service-context': 'web',
              environment: { WHAT: 'check' },
            },
          },
        },
      });
      await checkWhere(pebble.client, 'web', ({ successes = 0 }) => successes > 0);
      await expect(pebble.client.pullText(join(pebble.dir, 'said'))).resolves.toBe(
        'service check\n',
      );
    });

    test('are listed by name, and only those of a level or of a name', async ({ pebble }) => {
      await addChecks(pebble.client, {
        c: { ...rare, level: 'ready', exec: { command: 'true' } },
        a: { ...rare, level: 'alive', exec: { command: 'true' } },
        b: { ...rare, exec: { command: 'true' } },
      });
      const names = async (options = {}): Promise<readonly string[]> =>
        (await pebble.client.checks(options)).map(({ name }) => name);
      await expect(names()).resolves.toEqual(['a', 'b', 'c']);
      await expect(names({ level: 'ready' })).resolves.toEqual(['c']);
      await expect(names({ level: 'alive' })).resolves.toEqual(['a']);
      await expect(names({ names: ['c', 'nobody', 'a'] })).resolves.toEqual(['a', 'c']);
      await expect(names({ names: ['a', 'b'], level: 'alive' })).resolves.toEqual(['a']);
      const reply = await pebble.raw(get('/v1/checks', { level: 'well' }));
      expect(reply.json).toMatchObject(refusal(400, 'level must be "alive" or "ready"'));
    });

    test('count for the health of their level, and alive ones for ready', async ({ pebble }) => {
      const healthy = async (level?: 'alive' | 'ready', names?: string[]): Promise<boolean> =>
        await pebble.client.isHealthy({ level, names });
      await addChecks(pebble.client, {
        alive: { ...failing, level: 'alive' },
        ready: { ...lasting, level: 'ready' },
        none: lasting,
      });
      await checkWhere(pebble.client, 'alive', ({ status }) => status === 'down');
      await expect(healthy()).resolves.toBe(false);
      await expect(healthy('alive')).resolves.toBe(false);
      await expect(healthy('ready')).resolves.toBe(false);
      await expect(healthy('ready', ['ready'])).resolves.toBe(true);
      await expect(healthy(undefined, ['none', 'nobody'])).resolves.toBe(true);
      await addChecks(pebble.client, {
        alive: { ...lasting, level: 'alive' },
        ready: { ...failing, level: 'ready' },
      });
      await checkWhere(pebble.client, 'ready', ({ status }) => status === 'down');
      await expect(healthy('alive')).resolves.toBe(true);
      await expect(healthy('ready')).resolves.toBe(false);
      const reply = await pebble.raw(get('/v1/health', { level: 'well' }));
      expect(reply.json).toMatchObject(refusal(400, 'level must be "alive" or "ready"'));
    });

    test('stop and start, and tell which of them that changed', async ({ pebble }) => {
      const { client } = pebble;
      await addChecks(client, { a: failing, b: failing });
      await checkWhere(client, 'a', ({ status }) => status === 'down');
      await checkWhere(client, 'b', ({ status }) => status === 'down');
      await expect(client.stopChecks(['b', 'a'])).resolves.toEqual(['a', 'b']);
      await expect(client.stopChecks(['a'])).resolves.toEqual([]);
      const [stopped] = await client.checks({ names: ['a'] });
      expect(stopped).toMatchObject({ status: 'inactive', changeId: undefined });
      expect(stopped?.failures).toBeGreaterThanOrEqual(2);
      await expect(client.isHealthy()).resolves.toBe(true);
      await expect(client.startChecks(['a'])).resolves.toEqual(['a']);
      await checkWhere(client, 'a', ({ status }) => status === 'down');
    });

    test('that start have their counters at zero and another change', async ({ pebble }) => {
      const { client } = pebble;
      await addChecks(client, { web: { ...rare, exec: { command: 'false' } } });
      const [before] = await client.checks();
      await client.runCheck('web');
      await client.stopChecks(['web']);
      await client.startChecks(['web']);
      const [after] = await client.checks();
      expect(after).toMatchObject({ status: 'up', failures: 0 });
      expect(after?.changeId).not.toBe(before?.changeId);
    });

    test.for(['start', 'stop'] as const)(
      'refuse to %s what is not there',
      async (action, { pebble }) => {
        const { client } = pebble;
        await addChecks(client, { web: lasting });
        const names = ['zzz', 'web', 'nobody'];
        const change = action === 'start' ? client.startChecks(names) : client.stopChecks(names);
        expect(await rejection(change)).toMatchObject({
          status: 400,
          reason: `cannot ${action} checks: cannot find checks in plan: nobody, zzz`,
        });
        await expect(client.checks()).resolves.toMatchObject([{ status: 'up' }]);
      },
    );

    test('refuse an action without names, and one that is none', async ({ pebble }) => {
      const start = await pebble.raw(post('/v1/checks', { action: 'start', checks: [] }));
      expect(start.json).toMatchObject(refusal(400, 'must specify checks for start action'));
      await addChecks(pebble.client, { web: succeeding });
      const dance = await pebble.raw(post('/v1/checks', { action: 'dance', checks: ['web'] }));
      expect(dance.json).toMatchObject(refusal(400, 'invalid action "dance"'));
    });

    test('say why they fail', async ({ pebble }) => {
      const idle = { ...rare, startup: 'disabled', timeout: '30s' } as const;
      for (const [more, why] of failures) {
        await addChecks(pebble.client, { odd: { ...idle, ...more } });
        const { error } = await pebble.client.runCheck('odd');
        expect([more, error]).toEqual([more, why]);
      }
    });

    test('know the host that they ask from its address alone', async ({ pebble }) => {
      const server = createHttpServer(({ headers }, response) => {
        response.statusCode = 500;
        response.end(`${headers.host} ${headers['user-agent']} ${String(headers['x-a'])}`);
      });
      await listen(server);
      try {
        const url = `http://127.0.0.1:${portOf(server)}/`;
        const headers = { Host: 'other', 'X-A': 'b' };
        const idle = { ...rare, startup: 'disabled', timeout: '30s' } as const;
        await addChecks(pebble.client, { web: { ...idle, http: { url, headers } } });
        const { error } = await pebble.client.runCheck('web');
        expect(error).toBe(
          `non-2xx status code 500; 127.0.0.1:${portOf(server)} Go-http-client/1.1 b`,
        );
      } finally {
        server.close();
      }
    });

    test('that are disabled wait to be started', async ({ pebble }) => {
      const { client } = pebble;
      await addChecks(client, { web: { ...succeeding, startup: 'disabled' } });
      await expect(client.checks()).resolves.toMatchObject([
        { startup: 'disabled', status: 'inactive', changeId: undefined },
      ]);
      await expect(client.startChecks(['web'])).resolves.toEqual(['web']);
      await checkWhere(client, 'web', ({ successes = 0 }) => successes > 0);
    });

    test('run when they are told to', async ({ pebble }) => {
      const { client } = pebble;
      await addChecks(client, {
        good: { ...rare, exec: { command: 'true' } },
        bad: { ...rare, threshold: 2, exec: { command: `sh -c 'echo it broke; exit 3'` } },
      });
      await expect(client.runCheck('good')).resolves.toMatchObject({
        check: { name: 'good', status: 'up', successes: 1 },
        error: undefined,
      });
      await expect(client.runCheck('bad')).resolves.toMatchObject({
        check: { name: 'bad', status: 'up', failures: 1 },
        error: expect.stringContaining('exit status 3') as unknown,
      });
      await client.runCheck('bad');
      await expect(client.checks({ names: ['bad'] })).resolves.toMatchObject([
        { status: 'down', failures: 2 },
      ]);
    });

    test('that are stopped run when they are told to, and stay as they are', async ({ pebble }) => {
      const { client } = pebble;
      await addChecks(client, {
        web: { ...rare, startup: 'disabled', exec: { command: 'false' } },
      });
      const run = await client.runCheck('web');
      expect(run.error).toContain('exit status 1');
      expect(run.check).toMatchObject({ status: 'inactive', failures: 0 });
    });

    test('refuse to run what is not there', async ({ pebble }) => {
      expect(await rejection(pebble.client.runCheck('nobody'))).toMatchObject({
        status: 404,
        reason: 'cannot find check with name "nobody"',
      });
      const reply = await pebble.raw(post('/v1/checks/refresh', {}));
      expect(reply.json).toMatchObject(refusal(400, 'must specify check name'));
    });

    test('start anew when a layer changes them, and only then', async ({ pebble }) => {
      const { client } = pebble;
      await addChecks(client, { a: { ...rare, exec: { command: 'true' } }, b: succeeding });
      const before = await client.checks();
      await addChecks(client, { b: { ...succeeding, threshold: 5 } });
      const after = await client.checks();
      expect(after[0]).toMatchObject({ name: 'a', changeId: before[0]?.changeId });
      expect(after[1]).toMatchObject({ name: 'b', threshold: 5 });
      expect(after[1]?.changeId).not.toBe(before[1]?.changeId);
    });

    test('that were stopped start again with any change of the plan', async ({ pebble }) => {
      const { client } = pebble;
      await addChecks(client, { web: { ...rare, exec: { command: 'true' } } });
      await client.stopChecks(['web']);
      await client.addLayer('other', {
        services: { other: { override: 'replace', command: 'sleep 1000' } },
      });
      await expect(client.checks()).resolves.toMatchObject([{ status: 'up' }]);
    });

    test('that run go on as they are when the plan disables them', async ({ pebble }) => {
      const { client } = pebble;
      await addChecks(client, { web: lasting });
      await addChecks(client, { web: { ...lasting, startup: 'disabled' } });
      await expect(client.checks()).resolves.toMatchObject([{ startup: 'enabled', status: 'up' }]);
    });

    test('that were disabled and started start anew when a layer changes them', async ({
      pebble,
    }) => {
      const { client } = pebble;
      const idle = { ...lasting, startup: 'disabled' } as const;
      await addChecks(client, { web: idle });
      await client.startChecks(['web']);
      const [before] = await client.checks();
      await addChecks(client, { web: { ...idle, threshold: 5 } });
      const [after] = await client.checks();
      expect(after).toMatchObject({ status: 'up', threshold: 5 });
      expect(after?.changeId).not.toBe(before?.changeId);
    });

    test('start anew when the service changes whose context they take', async ({ pebble }) => {
      const { client } = pebble;
      const exec = { command: 'true', 'service-context': 'web' };
      const changeId = async (web: Partial<Service>): Promise<string | undefined> => {
        const service: Service = { override: 'replace', command: 'sleep 1000', ...web };
        await client.addLayer(
          'all',
          { services: { web: service }, checks: { up: { ...rare, exec } } },
          { combine: true },
        );
        return (await client.checks())[0]?.changeId;
      };
      const first = await changeId({});
      expect(await changeId({ summary: 'of no matter' })).toBe(first);
      const second = await changeId({ environment: { A: '1' } });
      expect(second).not.toBe(first);
      expect(await changeId({ environment: { A: '1' }, user: 'nobody' })).not.toBe(second);
    });

    test('restart a service that asks for it', async ({ pebble }) => {
      const { client } = pebble;
      const starts = join(pebble.dir, 'starts');
      await client.addLayer('web', {
        services: {
          web: {
            override: 'replace',
            command: `sh -c 'echo start >> ${starts}; exec sleep 1000'`,
            'on-check-failure': { web: 'restart' },
            'backoff-delay': '10ms',
          },
        },
        checks: { web: { ...failing, startup: 'disabled' } },
      });
      await client.start(['web']);
      await client.startChecks(['web']);
      await eventually('the service starts again', async () =>
        (await client.pullText(starts)).startsWith('start\nstart\n'),
      );
    });
  });
}

async function addChecks(
  client: PebbleClient,
  checks: Readonly<Record<string, Check>>,
): Promise<void> {
  await client.addLayer('checks', { checks }, { combine: true });
}

type Listed = Awaited<ReturnType<PebbleClient['checks']>>[number];

async function checkWhere(
  client: PebbleClient,
  name: string,
  condition: (check: Listed) => boolean,
): Promise<Listed> {
  return await eventually(`check ${name} is as expected`, async () => {
    const [check] = await client.checks({ names: [name] });
    return check !== undefined && condition(check) && check;
  });
}

function get(path: string, query: Readonly<Record<string, string>>): PebbleRequest {
  return { method: 'GET', path, query };
}

async function serveHttp(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createHttpServer((request, response) => {
    const good = request.url === '/good' && request.headers['x-key'] === 'letmein';
    response.statusCode = good ? 200 : 500;
    response.end('out of order');
  });
  await listen(server);
  const port = portOf(server);
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen<T extends Server | HttpServer>(server: T): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server | HttpServer): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
