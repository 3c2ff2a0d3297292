import { describe, expect, test } from 'vitest';

import {
  PebbleClient,
  PebbleError,
  PebbleTimeoutError,
  UnixSocketTransport,
} from '../../src/pebble/index.ts';
import { reply, startFaultyServer, syncReply, type Fault } from './faulty-server.ts';

const timeout = 120;

const operations: Readonly<Record<string, (client: PebbleClient) => Promise<unknown>>> = {
  systemInfo: async (client) => await client.systemInfo(),
  services: async (client) => await client.services(),
  plan: async (client) => await client.plan(),
  addLayer: async (client) => {
    await client.addLayer('web', {});
  },
  start: async (client) => await client.start(['web'], { timeout }),
  waitChange: async (client) => await client.waitChange('1', { timeout }),
  push: async (client) => {
    await client.push('/file', 'content');
  },
  pull: async (client) => await client.pullText('/file'),
  listFiles: async (client) => await client.listFiles('/'),
  makeDir: async (client) => {
    await client.makeDir('/dir');
  },
  logs: async (client) => await client.logs(),
};

/** What a server may do wrong, whatever it was asked, and what the client says. */
const faults: readonly (readonly [string, Fault, readonly string[]])[] = [
  ['closes the connection', (socket) => socket.end(), ['pebble-connection']],
  ['resets the connection', (socket) => socket.destroy(), ['pebble-connection']],
  [
    'closes in the middle of the headers',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Ty'),
    ['pebble-connection'],
  ],
  [
    'closes in the middle of the body',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"type":'),
    ['pebble-connection', 'pebble-protocol'],
  ],
  [
    'closes in the middle of a chunk',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"type":'),
    ['pebble-connection', 'pebble-protocol'],
  ],
  [
    'sends a chunk of no length',
    (socket) =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{"type":'),
    ['pebble-protocol'],
  ],
  ['speaks no HTTP', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), ['pebble-protocol']],
  [
    'sends bytes of no meaning',
    (socket) => socket.write(Buffer.alloc(4096, 0xff)),
    ['pebble-protocol'],
  ],
  [
    'answers with a page',
    (socket) => socket.write(reply(502, '<html>Bad gateway</html>', 'text/html')),
    ['pebble-protocol'],
  ],
  ['answers with nothing', (socket) => socket.write(reply(200, '')), ['pebble-protocol']],
  [
    'answers with half of an envelope',
    (socket) => socket.write(reply(200, '{"type":"sy')),
    ['pebble-protocol'],
  ],
  [
    'answers with another document',
    (socket) => socket.write(reply(200, '[1, 2]\n')),
    ['pebble-protocol'],
  ],
  [
    'answers with an unknown type',
    (socket) => socket.write(reply(200, '{"type":"maybe","status-code":200,"result":{}}\n')),
    ['pebble-protocol'],
  ],
  [
    'answers with a result of another kind',
    (socket) => socket.write(syncReply(17)),
    ['pebble-protocol'],
  ],
  [
    'refuses without a reason',
    (socket) => socket.write(reply(400, '{"type":"error","status-code":400}\n')),
    ['pebble-protocol'],
  ],
  ['never answers', () => undefined, ['pebble-timeout']],
  [
    'stops in the headers',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-'),
    ['pebble-timeout'],
  ],
  [
    'stops in the body',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"type":'),
    ['pebble-timeout', 'pebble-protocol'],
  ],
];

describe.for(faults)('a server that %s', ([, fault, expected]) => {
  test.for(Object.entries(operations))(
    'ends %s with an error of its own',
    async ([name, operate]) => {
      // Adding a layer and asking for the log's lines need no particular result.
      if (name === 'addLayer' && fault.toString().includes('syncReply')) return;
      await using server = await startFaultyServer(fault);
      const client = new PebbleClient(new UnixSocketTransport(server.socketPath), { timeout });
      const begun = performance.now();
      const outcome = await operate(client).then(
        () => 'no error',
        (error: unknown) => error,
      );
      expect(outcome).toBeInstanceOf(PebbleError);
      expect(expected).toContain(outcome instanceof PebbleError ? outcome.code : outcome);
      expect(performance.now() - begun).toBeLessThan(timeout + 1_500);
      await client.close();
    },
  );
});

describe('a reply that takes its time', () => {
  test('is not waited for when it comes byte by byte', async () => {
    const timers = new Set<NodeJS.Timeout>();
    await using server = await startFaultyServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n');
      const timer = setInterval(() => socket.write(' '), 10);
      timers.add(timer);
      socket.on('close', () => {
        clearInterval(timer);
      });
    });
    const client = new PebbleClient(new UnixSocketTransport(server.socketPath), { timeout });
    await expect(client.systemInfo()).rejects.toThrow(PebbleTimeoutError);
    expect(timers.size).toBe(1);
    await client.close();
  });

  test('of a file is read as long as its pieces come', async () => {
    const boundary = 'b'.repeat(40);
    await using server = await startFaultyServer((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nConnection: close\r\n\r\n`,
      );
      const trailer = JSON.stringify({
        type: 'sync',
        'status-code': 200,
        result: [{ path: '/file' }],
      });
      const pieces = [
        `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="/file"\r\n\r\n`,
        'one ',
        'two ',
        'three ',
        'four',
        `\r\n--${boundary}\r\nContent-Disposition: form-data; name="response"\r\n\r\n${trailer}\r\n--${boundary}--\r\n`,
      ];
      const timer = setInterval(() => {
        const piece = pieces.shift();
        if (piece === undefined) {
          clearInterval(timer);
          socket.end();
        } else {
          socket.write(piece);
        }
      }, 50);
    });
    const client = new PebbleClient(new UnixSocketTransport(server.socketPath), { timeout });
    const begun = performance.now();
    await expect(client.pullText('/file')).resolves.toBe('one two three four');
    expect(performance.now() - begun).toBeGreaterThan(timeout);
    await client.close();
  });
});
