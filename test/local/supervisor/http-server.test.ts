import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, vi } from 'vitest';

import { servePebble } from '../../../src/local/supervisor/http-server.ts';
import type { PebbleCore, PebbleCoreRequest } from '../../../src/simulator/pebble/core.ts';
import type { PebbleResponse } from '../../../src/pebble/transport.ts';

const test = base.extend<{ socketPath: string }>({
  // eslint-disable-next-line no-empty-pattern -- the form that vitest asks for
  socketPath: async ({}, use) => {
    const dir = await mkdtemp(join(tmpdir(), 'http-'));
    await use(join(dir, 's'));
    await rm(dir, { recursive: true, force: true });
  },
});

/** A daemon that answers in one given way. */
function coreThat(handle: (request: PebbleCoreRequest) => Promise<PebbleResponse>): PebbleCore {
  return {
    handle,
    upgrade: async (request) => ({ accepted: false, response: await handle(request) }),
    layers: () => [],
    autostart: () => Promise.resolve(undefined),
    listen: () => () => undefined,
    close: () => Promise.resolve(),
  };
}

function call(socketPath: string, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, agent: false }, resolve);
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  throw new Error('disk');
}

async function* noBody(): AsyncGenerator<Uint8Array> {
  yield* [];
}

test('repeated parameters and decoded paths reach the daemon', async ({ socketPath }) => {
  let seen: PebbleCoreRequest | undefined;
  const server = await servePebble(
    coreThat((incoming) => {
      seen = incoming;
      return Promise.resolve({ status: 200, headers: {}, body: noBody() });
    }),
    socketPath,
  );
  const response = await call(socketPath, '/v1/a%20b?path=/x&path=/y%26');
  response.resume();
  expect(seen).toMatchObject({ method: 'GET', path: '/v1/a b', query: { path: ['/x', '/y&'] } });
  await server.close();
});

test('anybody may connect, as with Pebble', async ({ socketPath }) => {
  const server = await servePebble(
    coreThat(() => Promise.resolve({ status: 200, headers: {}, body: noBody() })),
    socketPath,
  );
  expect((await stat(socketPath)).mode & 0o777).toBe(0o666);
  await server.close();
});

test('a slow reader holds the daemon back', async ({ socketPath }) => {
  let produced = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      produced += 1;
      yield Buffer.alloc(64 * 1024);
    }
  }
  const server = await servePebble(
    coreThat(() => Promise.resolve({ status: 200, headers: {}, body: endless() })),
    socketPath,
  );
  const response = await call(socketPath, '/');
  let before = -1;
  await vi.waitFor(
    () => {
      const still = produced === before;
      before = produced;
      expect(still).toBe(true);
    },
    { interval: 50 },
  );
  expect(produced).toBeLessThan(200);
  response.destroy();
  await server.close();
});

test('a client that goes away ends what is made for it', async ({ socketPath }) => {
  let aborted = false;
  const server = await servePebble(
    coreThat(({ signal }) => {
      signal?.addEventListener('abort', () => {
        aborted = true;
      });
      async function* waiting(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('x');
        await new Promise((resolve) => {
          signal?.addEventListener('abort', resolve);
        });
      }
      return Promise.resolve({ status: 200, headers: {}, body: waiting() });
    }),
    socketPath,
  );
  (await call(socketPath, '/')).destroy();
  await vi.waitFor(() => {
    expect(aborted).toBe(true);
  });
  await server.close();
});

test('a body that breaks breaks the connection, so that nobody takes it for whole', async ({
  socketPath,
}) => {
  const server = await servePebble(
    coreThat(() => Promise.resolve({ status: 200, headers: {}, body: broken() })),
    socketPath,
  );
  const response = await call(socketPath, '/');
  await expect(
    (async () => {
      for await (const chunk of response) {
        expect(String(chunk)).toBe('half');
      }
    })(),
  ).rejects.toThrow('aborted');
  await server.close();
});

test('a second daemon on a socket is refused, a left-over socket is replaced', async ({
  socketPath,
}) => {
  const core = coreThat(() => Promise.resolve({ status: 200, headers: {}, body: noBody() }));
  const first = await servePebble(core, socketPath);
  await expect(servePebble(core, socketPath)).rejects.toMatchObject({ code: 'socket-in-use' });
  await first.close();
  const second = await servePebble(core, socketPath);
  await second.close();
});

test('an answer reaches a client that is still sending a long body', async ({ socketPath }) => {
  const server = await servePebble(
    coreThat(async ({ body }) => {
      if (body !== undefined && typeof body !== 'string') {
        await body[Symbol.asyncIterator]().next();
      }
      return { status: 400, headers: {}, body: noBody() };
    }),
    socketPath,
  );
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const outgoing = request(
      { socketPath, path: '/', method: 'POST', agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(Buffer.alloc(20 * 1024 * 1024));
  });
  expect(status).toBe(400);
  await server.close();
});

test('an answer that cannot be sent costs its connection, and nothing else', async ({
  socketPath,
}) => {
  let calls = 0;
  const server = await servePebble(
    coreThat(() => {
      calls += 1;
      const headers: Record<string, string> = calls === 1 ? { location: '/\n' } : {};
      return Promise.resolve({ status: 200, headers, body: noBody() });
    }),
    socketPath,
  );
  await expect(call(socketPath, '/')).rejects.toThrow('socket hang up');
  const response = await call(socketPath, '/');
  response.resume();
  expect(response.statusCode).toBe(200);
  await server.close();
});
