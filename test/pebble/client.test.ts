import { describe, expect, test } from 'vitest';

import {
  isRunning,
  PebbleApiError,
  PebbleChangeError,
  PebbleClient,
  PebblePathError,
  PebbleTimeoutError,
  type PebbleTransport,
} from '../../src/pebble/index.ts';
import { async, refuse, ScriptedTransport, sync } from './scripted-transport.ts';

const wireTask = {
  id: '7',
  kind: 'start',
  summary: 'Start service "web"',
  status: 'Done',
  progress: { label: '', done: 1, total: 1 },
  'spawn-time': '2026-01-02T03:04:05.123456789+01:00',
  'ready-time': '2026-01-02T03:04:06.123456789+01:00',
};
const wireChange = {
  id: '3',
  kind: 'start',
  summary: 'Start service "web"',
  status: 'Done',
  ready: true,
  tasks: [wireTask],
  'spawn-time': '2026-01-02T03:04:05.123456789+01:00',
};
const failedChange = {
  ...wireChange,
  status: 'Error',
  err: 'cannot perform the following tasks:\n- Start service "web" (exited quickly)',
  tasks: [{ ...wireTask, status: 'Error', log: ['2026 INFO output', '2026 ERROR exited quickly'] }],
};

describe('reading', () => {
  test('asks for the system information', async () => {
    const transport = new ScriptedTransport(
      sync({ version: 'v1.2.3', 'boot-id': 'b', 'http-address': ':4000', later: true }),
    );
    await expect(new PebbleClient(transport).systemInfo()).resolves.toEqual({
      version: 'v1.2.3',
      bootId: 'b',
      httpAddress: ':4000',
      httpsAddress: undefined,
    });
    expect(transport.sent).toEqual([{ method: 'GET', path: '/v1/system-info' }]);
  });

  test('asks for services by name, and reads states that it does not know', async () => {
    const transport = new ScriptedTransport(
      sync([
        { name: 'a', startup: 'enabled', current: 'active', 'current-since': '2026' },
        { name: 'b', startup: 'later', current: 'hibernating', more: 1 },
      ]),
      sync(null),
    );
    const client = new PebbleClient(transport);
    const services = await client.services(['a', 'b']);
    expect(services).toEqual([
      { name: 'a', startup: 'enabled', current: 'active', currentSince: '2026' },
      { name: 'b', startup: 'later', current: 'hibernating', currentSince: undefined },
    ]);
    expect(services.map(isRunning)).toEqual([true, false]);
    await expect(client.services()).resolves.toEqual([]);
    expect(transport.sent).toEqual([
      { method: 'GET', path: '/v1/services', query: { names: 'a,b' } },
      { method: 'GET', path: '/v1/services' },
    ]);
  });

  test('takes a health of 502 for an answer', async () => {
    const transport = new ScriptedTransport({
      status: 502,
      body: { type: 'sync', 'status-code': 502, result: { healthy: false } },
    });
    const healthy = new PebbleClient(transport).isHealthy({ level: 'ready', names: ['a', 'b'] });
    await expect(healthy).resolves.toBe(false);
    expect(transport.sent[0]?.query).toEqual({ level: 'ready', names: 'a,b' });
  });

  test('reads the plan and keeps what it does not know', async () => {
    const yaml =
      'services:\n    web:\n        override: replace\n        schedule: daily\nnew-part: [1]\n';
    const transport = new ScriptedTransport(sync(yaml), sync('{}\n'));
    const client = new PebbleClient(transport);
    await expect(client.plan()).resolves.toEqual({
      services: { web: { override: 'replace', schedule: 'daily' } },
      checks: {},
      'log-targets': {},
      'new-part': [1],
    });
    await expect(client.planText()).resolves.toBe('{}\n');
    expect(transport.sent[0]).toEqual({
      method: 'GET',
      path: '/v1/plan',
      query: { format: 'yaml' },
    });
  });

  test.for(['services: [', 'services: [1, 2]', '- a list'])(
    'refuses a plan that is none: %s',
    async (yaml) => {
      const client = new PebbleClient(new ScriptedTransport(sync(yaml)));
      await expect(client.plan()).rejects.toMatchObject({ code: 'pebble-protocol' });
    },
  );

  test('puts the changes that come in any order in that of their ids', async () => {
    const ids = ['10', '9', '100', '1'];
    const transport = new ScriptedTransport(sync(ids.map((id) => ({ ...wireChange, id }))));
    const changes = await new PebbleClient(transport).changes({ select: 'all', service: 'web' });
    expect(changes.map((change) => change.id)).toEqual(['1', '9', '10', '100']);
    expect(transport.sent[0]?.query).toEqual({ select: 'all', for: 'web' });
  });

  test('keeps the times of a change as the daemon wrote them', async () => {
    const client = new PebbleClient(new ScriptedTransport(sync(wireChange)));
    await expect(client.change('3')).resolves.toMatchObject({
      spawnTime: '2026-01-02T03:04:05.123456789+01:00',
      tasks: [{ readyTime: '2026-01-02T03:04:06.123456789+01:00', log: [], data: {} }],
      data: {},
      err: undefined,
    });
  });

  test('keeps an id in its place in the address', async () => {
    const transport = new ScriptedTransport(sync(wireChange));
    await new PebbleClient(transport).change('../services?x=1');
    expect(transport.sent[0]?.path).toBe('/v1/changes/..%2Fservices%3Fx%3D1');
  });

  test('lists files with names spelt as in TypeScript and modes as numbers', async () => {
    const transport = new ScriptedTransport(
      sync([
        {
          path: '/a/b',
          name: 'b',
          type: 'file',
          size: 0,
          permissions: '640',
          'last-modified': '2026-01-02T03:04:05Z',
          'user-id': 0,
          user: 'root',
          'group-id': 12,
          group: '',
        },
      ]),
    );
    const client = new PebbleClient(transport);
    await expect(client.listFiles('/a', { pattern: 'b*', itself: true })).resolves.toEqual([
      {
        path: '/a/b',
        name: 'b',
        type: 'file',
        size: 0,
        permissions: 0o640,
        lastModified: '2026-01-02T03:04:05Z',
        userId: 0,
        user: 'root',
        groupId: 12,
        group: '',
      },
    ]);
    expect(transport.sent[0]?.query).toEqual({
      action: 'list',
      path: '/a',
      pattern: 'b*',
      itself: 'true',
    });
  });

  test('reads log lines', async () => {
    const transport = new ScriptedTransport({
      contentType: 'application/x-ndjson',
      body: '{"time":"t1","service":"a","message":"ünï"}\n{"time":"t2","service":"b","message":""}\n',
    });
    const entries = await new PebbleClient(transport).logs({ services: ['a', 'b'], n: -1 });
    expect(entries).toEqual([
      { time: 't1', service: 'a', message: 'ünï' },
      { time: 't2', service: 'b', message: '' },
    ]);
    expect(transport.sent[0]?.query).toEqual({ services: 'a,b', n: '-1' });
  });

  test('refuses a log line that does not end', async () => {
    const body = `{"time":"${'x'.repeat(2 * 1024 * 1024)}`;
    const transport = new ScriptedTransport({ contentType: 'application/x-ndjson', body });
    await expect(new PebbleClient(transport).logs()).rejects.toThrow('a line does not end');
  });
});

describe('acting', () => {
  test('sends a layer as JSON, which is YAML', async () => {
    const transport = new ScriptedTransport(sync(true));
    const layer = { services: { web: { override: 'replace', command: 'x' } } } as const;
    await new PebbleClient(transport).addLayer('web', layer, { combine: true });
    expect(transport.sent).toEqual([
      {
        method: 'POST',
        path: '/v1/layers',
        body: {
          action: 'add',
          combine: true,
          inner: false,
          label: 'web',
          format: 'yaml',
          layer: `${JSON.stringify(layer, undefined, 2)}\n`,
        },
      },
    ]);
  });

  test('sends a layer of text as it is', async () => {
    const transport = new ScriptedTransport(sync(true));
    await new PebbleClient(transport).addLayer('web', 'services: {} # mine\n');
    expect(transport.sent[0]?.body).toMatchObject({ layer: 'services: {} # mine\n' });
  });

  test.for(['start', 'stop', 'restart', 'autostart', 'replan'] as const)(
    '%s asks for a change and waits for it',
    async (action) => {
      const named = action === 'start' || action === 'stop' || action === 'restart';
      const transport = new ScriptedTransport(async('3'), sync(wireChange));
      const client = new PebbleClient(transport);
      const change = await (named ? client[action](['web', 'db']) : client[action]());
      expect(change).toMatchObject({ id: '3', status: 'Done' });
      expect(transport.sent).toEqual([
        {
          method: 'POST',
          path: '/v1/services',
          body: { action, services: named ? ['web', 'db'] : [] },
        },
        { method: 'GET', path: '/v1/changes/3/wait', query: { timeout: '4.000s' } },
      ]);
    },
  );

  test('asks again when the wait was too short for the change', async () => {
    const late = refuse(504, 'timed out waiting for change after 4s');
    const transport = new ScriptedTransport(late, late, sync(wireChange));
    await expect(new PebbleClient(transport).waitChange('3')).resolves.toMatchObject({ id: '3' });
    expect(transport.sent).toHaveLength(3);
  });

  test('gives up the wait when its own time is up', async () => {
    let asked = 0;
    const transport: PebbleTransport = {
      async request() {
        asked += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        const late = new ScriptedTransport(refuse(504, 'timed out'));
        return await late.request({ method: 'GET', path: '/' });
      },
      close: async () => {
        await Promise.resolve();
      },
    };
    const waiting = new PebbleClient(transport).waitChange('3', { timeout: 110 });
    await expect(waiting).rejects.toThrow(PebbleTimeoutError);
    await expect(waiting).rejects.toMatchObject({ timeout: 110 });
    expect(asked).toBeGreaterThan(2);
  });

  test('throws a change that failed, with what its tasks logged', async () => {
    const client = new PebbleClient(new ScriptedTransport(async('3'), sync(failedChange)));
    const starting = client.start(['web']);
    await expect(starting).rejects.toThrow(PebbleChangeError);
    await expect(starting).rejects.toMatchObject({
      code: 'pebble-change',
      change: {
        id: '3',
        status: 'Error',
        tasks: [{ log: ['2026 INFO output', expect.anything()] }],
      },
      message: [
        'cannot finish change 3 (Start service "web"): cannot perform the following tasks:',
        '- Start service "web" (exited quickly)',
        '--- log of task 7, Start service "web" ---',
        '2026 INFO output',
        '2026 ERROR exited quickly',
      ].join('\n'),
    });
  });

  test('throws a change that was aborted before it began, which has no error', async () => {
    const held = { ...wireChange, status: 'Hold', tasks: [{ ...wireTask, status: 'Hold' }] };
    const client = new PebbleClient(new ScriptedTransport(async('3'), sync(held)));
    await expect(client.start(['web'])).rejects.toMatchObject({
      code: 'pebble-change',
      message: 'cannot finish change 3 (Start service "web"): it ended as Hold',
    });
  });

  test('gives the daemon’s refusal with its status and kind', async () => {
    const client = new PebbleClient(
      new ScriptedTransport(refuse(400, 'no default services', 'no-default-services')),
    );
    const starting = client.autostart();
    await expect(starting).rejects.toThrow(PebbleApiError);
    await expect(starting).rejects.toMatchObject({
      code: 'pebble-api',
      status: 400,
      kind: 'no-default-services',
      reason: 'no default services',
      message: 'cannot autostart services: Pebble refused with 400: no default services',
    });
  });

  test('aborts a change, sends a signal', async () => {
    const transport = new ScriptedTransport(sync({ ...wireChange, ready: false }), sync(true));
    const client = new PebbleClient(transport);
    await client.abortChange('3');
    await client.sendSignal('SIGHUP', ['web']);
    expect(transport.sent).toEqual([
      { method: 'POST', path: '/v1/changes/3', body: { action: 'abort' } },
      { method: 'POST', path: '/v1/signals', body: { signal: 'SIGHUP', services: ['web'] } },
    ]);
  });

  test('makes directories and removes paths', async () => {
    const transport = new ScriptedTransport(sync([{ path: '/d' }]), sync([{ path: '/d' }]));
    const client = new PebbleClient(transport);
    await client.makeDir('/d', { makeParents: true, permissions: 0o50, user: 'u', groupId: 0 });
    await client.removePath('/d', { recursive: true });
    expect(transport.sent.map(({ body }) => body)).toEqual([
      {
        action: 'make-dirs',
        dirs: [{ path: '/d', 'make-parents': true, permissions: '050', user: 'u', 'group-id': 0 }],
      },
      { action: 'remove', paths: [{ path: '/d', recursive: true }] },
    ]);
  });

  test('throws what the daemon says about a path', async () => {
    const error = { message: 'mkdir /d: file exists', kind: 'generic-file-error' };
    const client = new PebbleClient(new ScriptedTransport(sync([{ path: '/d', error }])));
    const making = client.makeDir('/d');
    await expect(making).rejects.toThrow(PebblePathError);
    await expect(making).rejects.toMatchObject({
      path: '/d',
      kind: 'generic-file-error',
      message: 'cannot make the directory "/d": mkdir /d: file exists',
    });
  });

  test('refuses an answer about another path', async () => {
    const client = new PebbleClient(new ScriptedTransport(sync([{ path: '/other' }])));
    await expect(client.removePath('/d')).rejects.toMatchObject({ code: 'pebble-protocol' });
  });

  test('pushes a form of a request and a file', async () => {
    const transport = new ScriptedTransport(sync([{ path: '/f "1"' }]));
    await new PebbleClient(transport).push('/f "1"', 'cöntent', {
      permissions: 0o600,
      makeDirs: true,
      userId: 0,
      group: 'g',
    });
    const [sent] = transport.sent;
    const body = String(sent?.body);
    const boundary = /^--([0-9a-f]{32,})\r\n/.exec(body)?.[1] ?? '';
    const request = {
      action: 'write',
      files: [{ path: '/f "1"', 'make-dirs': true, permissions: '600', 'user-id': 0, group: 'g' }],
    };
    expect(body.split(`--${boundary}`)).toEqual([
      '',
      `\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name="request"\r\n\r\n${JSON.stringify(request)}\r\n`,
      '\r\nContent-Type: application/octet-stream\r\nContent-Disposition: form-data; name="files"; filename="/f \\"1\\""\r\n\r\ncöntent\r\n',
      '--\r\n',
    ]);
  });

  test('closes its transport', async () => {
    const transport = new ScriptedTransport();
    await new PebbleClient(transport).close();
    expect(transport.closed).toBe(true);
  });
});

describe('pulling', () => {
  const boundary = 'b'.repeat(40);
  const pulled = (files: string, result: unknown): ScriptedTransport =>
    new ScriptedTransport({
      contentType: `multipart/form-data; boundary=${boundary}`,
      body: `${files}--${boundary}\r\nContent-Disposition: form-data; name="response"\r\n\r\n${JSON.stringify({ type: 'sync', 'status-code': 200, result })}\r\n--${boundary}--\r\n`,
    });
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="/f"\r\n\r\nhalf a fi\r\n`;

  test('gives the content of a file', async () => {
    const transport = pulled(file, [{ path: '/f' }]);
    await expect(new PebbleClient(transport).pullText('/f')).resolves.toBe('half a fi');
    expect(transport.sent).toEqual([
      { method: 'GET', path: '/v1/files', query: { action: 'read', path: '/f' } },
    ]);
  });

  test('throws when the file is missing, before anything is read', async () => {
    const error = { message: 'stat /f: no such file or directory', kind: 'not-found' };
    const transport = pulled('', [{ path: '/f', error }]);
    await expect(new PebbleClient(transport).pull('/f')).rejects.toMatchObject({
      code: 'pebble-path',
      kind: 'not-found',
      path: '/f',
    });
  });

  test('throws when the daemon could not read the file to its end', async () => {
    const error = { message: 'read /f: input/output error', kind: 'generic-file-error' };
    const client = new PebbleClient(pulled(file, [{ path: '/f', error }]));
    const opened = await client.pull('/f');
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of opened) pieces.push(Buffer.from(piece).toString());
    })();
    await expect(reading).rejects.toMatchObject({ code: 'pebble-path' });
    expect(pieces.join('')).toBe('half a fi');
  });

  test('throws when neither a file nor an error comes', async () => {
    const client = new PebbleClient(pulled('', [{ path: '/f' }]));
    await expect(client.pull('/f')).rejects.toMatchObject({ code: 'pebble-protocol' });
  });

  test('leaves the rest when it is cancelled', async () => {
    let returned = false;
    const scripted = pulled(file, [{ path: '/f' }]);
    const transport: PebbleTransport = {
      request: async (request) => {
        const response = await scripted.request(request);
        return {
          ...response,
          body: (async function* body() {
            try {
              yield* response.body;
              await new Promise(() => undefined);
            } finally {
              returned = true;
            }
          })(),
        };
      },
      close: async () => {
        await Promise.resolve();
      },
    };
    const opened = await new PebbleClient(transport).pull('/f');
    await opened.cancel();
    await expect.poll(() => returned).toBe(true);
  });
});
