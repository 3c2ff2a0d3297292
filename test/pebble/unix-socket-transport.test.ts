import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import {
  PebbleAbortError,
  PebbleApiError,
  PebbleClient,
  PebbleConnectionError,
  PebbleTimeoutError,
  UnixSocketTransport,
} from '../../src/pebble/index.ts';
import { reply, startFaultyServer, syncReply } from './faulty-server.ts';

const info = syncReply({ version: 'v1.0.0', 'boot-id': 'x' });

function clientOf(socketPath: string, timeout = 2_000): PebbleClient {
  return new PebbleClient(new UnixSocketTransport(socketPath), { timeout });
}

async function* stalling(): AsyncGenerator<string, void, undefined> {
  yield 'beginning';
  await new Promise(() => undefined);
}

async function* slow(): AsyncGenerator<string, void, undefined> {
  for (let i = 0; i < 6; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    yield `piece ${i} `;
  }
}

describe('without a daemon', () => {
  test('says that there is no socket', async () => {
    const client = clientOf('/no/such/dir/pebble.socket');
    await expect(client.systemInfo()).rejects.toMatchObject({
      name: 'PebbleConnectionError',
      code: 'pebble-connection',
      endpoint: '/no/such/dir/pebble.socket',
      stage: 'connect',
      message:
        "cannot connect to Pebble at /no/such/dir/pebble.socket: there is no such socket. Wait until the container's Pebble is ready.",
      cause: { code: 'ENOENT' },
    });
  });

  test('says that nothing listens on the socket', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'uds-'));
    const path = join(dir, 'file');
    await writeFile(path, '');
    await expect(clientOf(path).systemInfo()).rejects.toMatchObject({
      stage: 'connect',
      cause: { code: 'ECONNREFUSED' },
    });
    await rm(dir, { recursive: true });
  });

  test('says so to a push as well, and takes nothing more from its source', async () => {
    let ended = false;
    async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        for (;;) yield Buffer.alloc(1024 * 1024);
      } finally {
        ended = true;
      }
    }
    await expect(clientOf('/no/such/socket').push('/file', source())).rejects.toThrow(
      PebbleConnectionError,
    );
    await expect.poll(() => ended).toBe(true);
  });

  test('says that a closed transport is closed', async () => {
    await using server = await startFaultyServer((socket) => socket.write(info));
    const client = clientOf(server.socketPath);
    await client.systemInfo();
    await client.close();
    await expect(client.systemInfo()).rejects.toThrow('the transport is closed');
  });
});

describe('kept connections', () => {
  test('serve one call after another', async () => {
    await using server = await startFaultyServer((socket) => socket.write(info));
    const client = clientOf(server.socketPath);
    for (let i = 0; i < 5; i += 1) await client.systemInfo();
    expect(server.received.map(({ connection, turn }) => [connection, turn])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 4],
      [1, 5],
    ]);
    await client.close();
  });

  test('are no more than allowed, and further calls wait for their turn', async () => {
    await using server = await startFaultyServer((socket) => {
      setTimeout(() => socket.write(info), 20);
    });
    const transport = new UnixSocketTransport(server.socketPath, { maxSockets: 2 });
    const client = new PebbleClient(transport);
    await Promise.all(Array.from({ length: 6 }, async () => await client.systemInfo()));
    expect(server.connections()).toBe(2);
    await client.close();
  });

  test('that the daemon has closed are replaced, for reading and for writing', async () => {
    await using server = await startFaultyServer((socket) => {
      socket.write(info);
      socket.end();
    });
    const client = clientOf(server.socketPath);
    for (const call of ['read', 'read', 'act', 'act']) {
      await (call === 'read' ? client.systemInfo() : client.addLayer('x', {}));
      await expect.poll(() => server.open()).toBe(0);
    }
    expect(server.connections()).toBe(4);
    expect(server.received).toHaveLength(4);
    await client.close();
  });

  test('that were closed while this process was busy are not taken to act over', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'uds-'));
    const socketPath = join(dir, 's');
    const script = `
      const reply = ${JSON.stringify(info)};
      require('node:net')
        .createServer((socket) => {
          socket.on('data', () => { socket.write(reply); setTimeout(() => socket.destroy(), 20); });
        })
        .listen(${JSON.stringify(socketPath)}, () => console.log('ready'));
    `;
    const server = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(server.stdout, 'data');
    const client = clientOf(socketPath);
    await client.systemInfo();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
    await expect(client.addLayer('x', {})).resolves.toBeUndefined();
    await client.close();
    server.kill();
    await rm(dir, { recursive: true, force: true });
  });

  test('that die under a question are replaced once, and the question asked again', async () => {
    await using server = await startFaultyServer((socket, { turn, connection }) => {
      if (turn === 2 && connection === 1) socket.destroy();
      else socket.write(info);
    });
    const client = clientOf(server.socketPath);
    await client.systemInfo();
    await expect(client.systemInfo()).resolves.toMatchObject({ version: 'v1.0.0' });
    expect(server.received.map(({ connection }) => connection)).toEqual([1, 1, 2]);
    await client.close();
  });

  test('that die under a request to act are not: the daemon may have acted', async () => {
    await using server = await startFaultyServer((socket, { turn }) => {
      if (turn === 2) socket.destroy();
      else socket.write(info);
    });
    const client = clientOf(server.socketPath);
    await client.systemInfo();
    await expect(client.addLayer('x', {})).rejects.toMatchObject({
      code: 'pebble-connection',
      stage: 'exchange',
    });
    expect(server.received).toHaveLength(2);
    await client.close();
  });

  test('that die in the middle of an answer are not asked again', async () => {
    await using server = await startFaultyServer((socket, { turn }) => {
      if (turn === 2) socket.end('HTTP/1.1 20');
      else socket.write(info);
    });
    const client = clientOf(server.socketPath);
    await client.systemInfo();
    await expect(client.systemInfo()).rejects.toThrow(PebbleConnectionError);
    expect(server.received).toHaveLength(2);
    await client.close();
  });

  test('of a daemon that never answers again are given up after one more try', async () => {
    await using server = await startFaultyServer((socket, { connection, turn }) => {
      if (connection === 1 && turn === 1) socket.write(info);
      else socket.destroy();
    });
    const client = clientOf(server.socketPath);
    await client.systemInfo();
    await expect(client.systemInfo()).rejects.toThrow(PebbleConnectionError);
    expect(server.received).toHaveLength(3);
    await client.close();
  });

  test('are made anew when a daemon comes back', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'uds-'));
    const socketPath = join(dir, 's');
    const client = clientOf(socketPath);
    for (let life = 0; life < 3; life += 1) {
      const server = createServer((_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            type: 'sync',
            'status-code': 200,
            result: { version: `v${life}`, 'boot-id': 'x' },
          }),
        );
      });
      await new Promise<void>((resolve) => server.listen(socketPath, resolve));
      await client.addLayer('x', {});
      await Promise.all([client.systemInfo(), client.systemInfo(), client.systemInfo()]);
      await expect(client.systemInfo()).resolves.toMatchObject({ version: `v${life}` });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await expect(client.systemInfo()).rejects.toMatchObject({ stage: 'connect' });
    await client.close();
    await rm(dir, { recursive: true });
  });
});

describe('sending', () => {
  test('stops when the daemon refuses before it has heard all', async () => {
    const refusal = JSON.stringify({
      type: 'error',
      'status-code': 400,
      result: { message: 'no space for this' },
    });
    const dir = await mkdtemp(join(tmpdir(), 'uds-'));
    const socketPath = join(dir, 's');
    const server = createServer((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(refusal);
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    let stopped = false;
    const client = clientOf(socketPath);
    async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        for (;;) {
          yield Buffer.alloc(64 * 1024);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        stopped = true;
      }
    }
    await expect(client.push('/file', endless())).rejects.toThrow(PebbleApiError);
    await expect.poll(() => stopped).toBe(true);
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(dir, { recursive: true });
  });

  test('passes on what goes wrong in the source', async () => {
    await using server = await startFaultyServer(() => undefined);
    const client = clientOf(server.socketPath);
    const trouble = new Error('the disk is gone');
    async function* source(): AsyncGenerator<string, void, undefined> {
      yield 'beginning';
      await Promise.resolve();
      throw trouble;
    }
    await expect(client.push('/file', source())).rejects.toBe(trouble);
    await client.close();
  });

  test('does not wait for a source that gives nothing', async () => {
    await using server = await startFaultyServer(() => undefined);
    const client = clientOf(server.socketPath, 100);
    await expect(client.push('/file', stalling())).rejects.toThrow(PebbleTimeoutError);
    await client.close();
  });

  test('goes on as long as the source gives and the daemon takes', async () => {
    await using server = await startFaultyServer((socket) => {
      socket.write(syncReply([{ path: '/file' }]));
    });
    const client = clientOf(server.socketPath, 150);
    await client.push('/file', slow());
    expect(server.received[0]?.body).toContain('piece 5');
    await client.close();
  });
});

describe("the caller's signal", () => {
  test('ends a call that waits for its reply', async () => {
    await using server = await startFaultyServer(() => undefined);
    const client = clientOf(server.socketPath);
    const controller = new AbortController();
    const call = client.systemInfo({ signal: controller.signal });
    const reason = new Error('no longer needed');
    controller.abort(reason);
    await expect(call).rejects.toThrow(PebbleAbortError);
    await expect(call).rejects.toMatchObject({ code: 'pebble-abort', cause: reason });
    await client.close();
  });

  test('that is aborted already sends nothing', async () => {
    await using server = await startFaultyServer((socket) => socket.write(info));
    const client = clientOf(server.socketPath);
    await expect(client.systemInfo({ signal: AbortSignal.abort() })).rejects.toThrow(
      PebbleAbortError,
    );
    expect(server.received).toHaveLength(0);
    await client.close();
  });

  test('ends a wait for a change and the following of logs', async () => {
    await using server = await startFaultyServer(() => undefined);
    const client = clientOf(server.socketPath);
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = client.waitChange('1', { signal });
    const following = (async () => {
      for await (const entry of client.followLogs({ signal })) return entry;
      return undefined;
    })();
    await expect.poll(() => server.received.length).toBe(2);
    controller.abort();
    await expect(waiting).rejects.toThrow(PebbleAbortError);
    await expect(following).rejects.toThrow(PebbleAbortError);
    await client.close();
  });

  test('lets go of the connection, and the next call takes another', async () => {
    await using server = await startFaultyServer((socket, { connection }) => {
      if (connection > 1) socket.write(info);
    });
    const client = clientOf(server.socketPath);
    await expect(client.systemInfo({ timeout: 50 })).rejects.toThrow(PebbleTimeoutError);
    await expect(client.systemInfo()).resolves.toMatchObject({ version: 'v1.0.0' });
    await client.close();
  });
});

test('a refusal keeps the connection for the next call', async () => {
  await using server = await startFaultyServer((socket) => {
    socket.write(
      reply(404, JSON.stringify({ type: 'error', 'status-code': 404, result: { message: 'no' } })),
    );
  });
  const client = clientOf(server.socketPath);
  await expect(client.pull('/file')).rejects.toThrow(PebbleApiError);
  await expect(client.systemInfo()).rejects.toThrow(PebbleApiError);
  expect(server.connections()).toBe(1);
  await client.close();
});
