import { connect } from 'node:net';
import { describe, expect } from 'vitest';

import { post, refusal, type PebbleTests, matching } from './implementation.ts';

export function describeApi({ shared: test }: PebbleTests): void {
  describe('the API', () => {
    test('tells its version and boot id', async ({ pebble }) => {
      const info = await pebble.client.systemInfo();
      expect(info.version).toMatch(/^v?\d+\.\d+/);
      expect(info.bootId).toMatch(/^[0-9a-f-]{36}$/);
    });

    test('wraps a result in an envelope whose status is the HTTP status', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'GET', path: '/v1/system-info' });
      expect(reply.status).toBe(200);
      expect(reply.headers['content-type']).toBe('application/json');
      expect(reply.json).toMatchObject({ type: 'sync', 'status-code': 200, status: 'OK' });
    });

    test('refuses an unknown path', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'GET', path: '/v1/nothing-here' });
      expect(reply.status).toBe(404);
      expect(reply.json).toMatchObject(refusal(404, 'invalid API endpoint requested'));
    });

    test('refuses the root', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'GET', path: '/' });
      expect(reply.json).toMatchObject(refusal(404, 'invalid API endpoint requested'));
    });

    test('refuses a path with a slash too many', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'GET', path: '/v1/system-info/' });
      expect(reply.json).toMatchObject(refusal(404, 'invalid API endpoint requested'));
    });

    test('refuses the warnings of earlier days', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'GET', path: '/v1/warnings' });
      expect(reply.status).toBe(404);
    });

    test('refuses an unknown method', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'DELETE', path: '/v1/services' });
      expect(reply.json).toMatchObject(refusal(405, 'method "DELETE" not allowed'));
    });

    test('refuses to post where there is only something to read', async ({ pebble }) => {
      const reply = await pebble.raw(post('/v1/system-info', {}));
      expect(reply.json).toMatchObject(refusal(405, 'method "POST" not allowed'));
    });

    test('leaves out the kind of a refusal that has none', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'GET', path: '/v1/nothing-here' });
      expect(reply.json).toHaveProperty('result');
      expect(reply.json).not.toHaveProperty('result.kind');
    });

    test.for([
      ['/v1/services', 'services'],
      ['/v1/layers', 'layers'],
      ['/v1/signals', 'signals'],
      ['/v1/files', 'files'],
    ])('refuses broken JSON at %s', async ([path = ''], { pebble }) => {
      const reply = await pebble.raw(post(path, '{ this is no JSON'));
      expect(reply.status).toBe(400);
      expect(reply.json).toMatchObject(refusal(400, matching(/^cannot decode .*: /)));
    });

    test('refuses an empty body', async ({ pebble }) => {
      const reply = await pebble.raw(post('/v1/services', ''));
      expect(reply.json).toMatchObject(refusal(400, matching(/EOF$/)));
    });

    test('refuses JSON of the wrong shape', async ({ pebble }) => {
      const reply = await pebble.raw(post('/v1/services', { action: 'start', services: 'web' }));
      expect(reply.status).toBe(400);
    });

    test('passes over keys that it does not know', async ({ pebble }) => {
      const reply = await pebble.raw(
        post('/v1/services', { action: 'replan', services: [], 'later-key': 1 }),
      );
      expect(reply.status).toBe(202);
    });

    test('implements nothing for a single service', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'GET', path: '/v1/services/web' });
      expect(reply.json).toMatchObject(refusal(400, 'not implemented'));
    });

    test('serves one request after another on one connection', async ({ pebble }) => {
      const replies = await twoRequestsOnOneConnection(pebble.socketPath);
      expect(replies.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    });

    test('is healthy without checks', async ({ pebble }) => {
      await expect(pebble.client.isHealthy()).resolves.toBe(true);
      await expect(pebble.client.isHealthy({ level: 'alive', names: ['none'] })).resolves.toBe(
        true,
      );
    });

    test('refuses an unknown level of health', async ({ pebble }) => {
      const reply = await pebble.raw({
        method: 'GET',
        path: '/v1/health',
        query: { level: 'fine' },
      });
      expect(reply.json).toMatchObject(refusal(400, 'level must be "alive" or "ready"'));
    });
  });
}

async function twoRequestsOnOneConnection(socketPath: string): Promise<string> {
  const request = 'GET /v1/system-info HTTP/1.1\r\nHost: localhost\r\n\r\n';
  return await new Promise<string>((resolve, reject) => {
    const socket = connect(socketPath);
    let received = '';
    let asked = 1;
    socket.setTimeout(10_000, () => socket.destroy(new Error('no second reply')));
    socket.on('data', (bytes) => {
      received += bytes.toString('utf8');
      const replies = received.match(/"type":"sync"/g)?.length ?? 0;
      if (replies === 1 && asked === 1) {
        asked = 2;
        socket.write(request);
      }
      if (replies === 2) {
        resolve(received);
        socket.destroy();
      }
    });
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(received);
    });
    socket.write(request);
  });
}
