import { once } from 'node:events';
import { describe, expect, test } from 'vitest';

import { PebbleClient, UnixSocketTransport } from '../../src/pebble/index.ts';
import { startFaultyServer, syncReply } from './faulty-server.ts';

const piece = Buffer.alloc(64 * 1024, 'x');
/** What sockets and streams may hold on their way; the content is a hundred times as long. */
const mayBeHeld = 40;
const all = 4_000;

describe('content of any size', () => {
  test('is taken from its source no faster than the daemon takes it', async () => {
    let taken = 0;
    async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
      for (; taken < all; taken += 1) {
        yield piece;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await using server = await startFaultyServer(() => undefined);
    server.pause();
    const client = new PebbleClient(new UnixSocketTransport(server.socketPath), { timeout: 300 });
    await expect(client.push('/file', source())).rejects.toMatchObject({ code: 'pebble-timeout' });
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(mayBeHeld);
    await client.close();
  });

  test('is taken from the daemon no faster than its reader takes it', async () => {
    const boundary = 'b'.repeat(40);
    let given = 0;
    await using server = await startFaultyServer((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nConnection: close\r\n\r\n` +
          `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="/file"\r\n\r\n`,
      );
      void (async () => {
        for (; given < all && !socket.destroyed; given += 1) {
          if (!socket.write(piece))
            await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
        }
      })();
    });
    const client = new PebbleClient(new UnixSocketTransport(server.socketPath));
    const opened = await client.pull('/file');
    for await (const bytes of opened) {
      expect(bytes.length).toBeGreaterThan(0);
      let before = -1;
      while (before !== given) {
        before = given;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      break;
    }
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThan(mayBeHeld);
    await client.close();
  });

  test('leaves its connection for the next call when it is read to the end', async () => {
    const boundary = 'b'.repeat(40);
    await using server = await startFaultyServer((socket, { line }) => {
      if (!line.includes('action=read')) {
        socket.write(syncReply({ version: 'v1', 'boot-id': 'x' }));
        return;
      }
      const trailer = JSON.stringify({
        type: 'sync',
        'status-code': 200,
        result: [{ path: '/f' }],
      });
      const form =
        `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="/f"\r\n\r\ncontent\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="response"\r\n\r\n${trailer}\r\n--${boundary}--\r\n`;
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nTransfer-Encoding: chunked\r\n\r\n` +
          `${form.length.toString(16)}\r\n${form}\r\n0\r\n\r\n`,
      );
    });
    const client = new PebbleClient(new UnixSocketTransport(server.socketPath));
    await expect(client.pullText('/f')).resolves.toBe('content');
    await client.systemInfo();
    await expect(client.pullText('/f')).resolves.toBe('content');
    expect(server.connections()).toBe(1);
    await client.close();
  });
});
