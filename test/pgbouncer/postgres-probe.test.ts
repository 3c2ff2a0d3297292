import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';

import { speaksPostgres } from '../../src/pgbouncer/postgres-probe.ts';
import { freePort } from './free-port.ts';

/** A server that treats each client in one way. */
async function serverThat(treats: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    treats(socket);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

test.each(['S', 'N'])(
  'a server that answers %s to a request for TLS speaks PostgreSQL',
  async (answer) => {
    const port = await serverThat((socket) => {
      socket.once('data', (request) => {
        socket.write(request.equals(Buffer.from('0000000804d2162f', 'hex')) ? answer : 'E');
      });
    });
    expect(await speaksPostgres({ host: '127.0.0.1', port }, 5_000)).toBe(true);
  },
);

test('a server that answers otherwise, or hangs up, does not', async () => {
  const talks = await serverThat((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
  const hangsUp = await serverThat((socket) => socket.end());
  expect(await speaksPostgres({ host: '127.0.0.1', port: talks }, 5_000)).toBe(false);
  expect(await speaksPostgres({ host: '127.0.0.1', port: hangsUp }, 5_000)).toBe(false);
});

test('a server that says nothing does not, when the time is up', async () => {
  const port = await serverThat(() => undefined);
  expect(await speaksPostgres({ host: '127.0.0.1', port }, 20)).toBe(false);
});

test('nobody does not', async () => {
  expect(await speaksPostgres({ host: '127.0.0.1', port: await freePort() }, 5_000)).toBe(false);
});
