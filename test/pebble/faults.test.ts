import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  PebbleClient,
  PebbleError,
  PebbleTimeoutError,
  UnixSocketTransport,
} from '../../src/pebble/index.ts';
import { reply, startFaultyServer, syncReply, upgradeReply, type Fault } from './faulty-server.ts';

/** Milliseconds for what never ends. */
const short = 200;
/** Milliseconds for what ends by itself, and may be slow to on a busy machine. */
const ample = 10_000;
const scratch = mkdtempSync(join(tmpdir(), 'charmwright-faults-'));

/** @param timeout in milliseconds, for a call that has one of its own. */
type Call = (client: PebbleClient, timeout: number) => Promise<unknown>;

/** Every call of the client. */
const calls: Readonly<Record<CallName, Call>> = {
  systemInfo: async (client) => await client.systemInfo(),
  isHealthy: async (client) => await client.isHealthy(),
  push: async (client) => await client.push('/file', 'content'),
  pushFiles: async (client) => await client.pushFiles([{ path: '/file', content: slowly() }]),
  pushPath: async (client) => await client.pushPath(scratch, '/dir'),
  pullPath: async (client) => await client.pullPath('/file', scratch),
  pull: async (client) => await (await client.pull('/file')).bytes(),
  pullText: async (client) => await client.pullText('/file'),
  listFiles: async (client) => await client.listFiles('/'),
  makeDir: async (client) => await client.makeDir('/dir'),
  removePath: async (client) => await client.removePath('/file'),
  addLayer: async (client) => await client.addLayer('web', {}),
  plan: async (client) => await client.plan(),
  planText: async (client) => await client.planText(),
  services: async (client) => await client.services(),
  start: async (client, timeout) => await client.start(['web'], { timeout }),
  stop: async (client, timeout) => await client.stop(['web'], { timeout }),
  restart: async (client, timeout) => await client.restart(['web'], { timeout }),
  autostart: async (client, timeout) => await client.autostart({ timeout }),
  replan: async (client, timeout) => await client.replan({ timeout }),
  requestServices: async (client) => await client.requestServices('start', ['web']),
  changes: async (client) => await client.changes(),
  change: async (client) => await client.change('1'),
  waitChange: async (client, timeout) => await client.waitChange('1', { timeout }),
  abortChange: async (client) => await client.abortChange('1'),
  sendSignal: async (client) => await client.sendSignal('SIGHUP', ['web']),
  logs: async (client) => await client.logs(),
  followLogs: async (client) => await first(client.followLogs()),
  checks: async (client) => await client.checks(),
  startChecks: async (client) => await client.startChecks(['web']),
  stopChecks: async (client) => await client.stopChecks(['web']),
  runCheck: async (client) => await client.runCheck('web'),
  notices: async (client) => await client.notices(),
  notice: async (client) => await client.notice('1'),
  notify: async (client) => await client.notify('example.com/a'),
  watchNotices: async (client) => await first(client.watchNotices()),
  identities: async (client) => await client.identities(),
  addIdentities: async (client) => await client.addIdentities({}),
  updateIdentities: async (client) => await client.updateIdentities({}),
  replaceIdentities: async (client) => await client.replaceIdentities({}),
  removeIdentities: async (client) => await client.removeIdentities(['ann']),
  metrics: async (client) => await client.metrics(),
  metricsText: async (client) => await client.metricsText(),
  exec: async (client, timeout) => await (await client.exec(['true'], { timeout })).waitOutput(),
};

/** All methods of the client, so that none can be left out above. */
type CallName = Exclude<keyof PebbleClient, 'close'>;

/** Calls that want no particular result, so that none is wrong. */
const contentWithAny: ReadonlySet<string> = new Set([
  'addLayer',
  'sendSignal',
  'addIdentities',
  'updateIdentities',
  'replaceIdentities',
  'removeIdentities',
]);
/** Calls for which no content is one that there may be. */
const contentWithNothing: ReadonlySet<string> = new Set(['metrics', 'metricsText']);

async function first(entries: AsyncIterable<unknown>): Promise<unknown> {
  for await (const entry of entries) return entry;
  throw new Error('it ended without an error');
}

async function* slowly(): AsyncGenerator<string, void, undefined> {
  for (const piece of ['a', 'b', 'c']) {
    await Promise.resolve();
    yield piece;
  }
}

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

beforeAll(async () => {
  // What a call loads at first is not to count against its time.
  await using server = await startFaultyServer((socket) => socket.end());
  const client = new PebbleClient(new UnixSocketTransport(server.socketPath), { timeout: 20_000 });
  await Promise.all(
    Object.values(calls).map(async (call) => await outcomeOf(call(client, 20_000))),
  );
  await import('../../src/pebble/web-socket.ts');
  await client.close();
}, 30_000);

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe.for(faults)('a server that %s', ([what, fault, expected]) => {
  test.concurrent.for(Object.entries(calls))(
    'ends %s with an error of its own',
    async ([name, call], { expect: expectHere }) => {
      if (what === 'answers with a result of another kind' && contentWithAny.has(name)) return;
      if (what === 'answers with nothing' && contentWithNothing.has(name)) return;
      await using server = await startFaultyServer(fault);
      const time = timeFor(expected);
      const client = new PebbleClient(new UnixSocketTransport(server.socketPath), {
        timeout: time,
      });
      const begun = performance.now();
      const outcome = await outcomeOf(call(client, time));
      expectHere(outcome).toBeInstanceOf(PebbleError);
      expectHere(expected).toContain(outcome instanceof PebbleError ? outcome.code : outcome);
      expectHere(performance.now() - begun).toBeLessThan(time + 2_500);
      await client.close();
      await expectHere.poll(() => server.open(), { interval: 2 }).toBe(0);
    },
  );
});

const unknown = reply(404, '{"type":"error","status-code":404,"result":{"message":"none"}}');

/** What may go wrong once a command is accepted, at one of its websockets or afterwards. */
const execFaults: readonly (readonly [
  string,
  Readonly<Record<string, Fault>>,
  readonly string[],
])[] = [
  ['never takes up a stream', { stdio: () => undefined }, ['pebble-timeout']],
  ['never takes up the control', { control: () => undefined }, ['pebble-timeout']],
  [
    'closes instead of taking up a stream',
    { stderr: (socket) => socket.end() },
    ['pebble-connection'],
  ],
  [
    'refuses a stream',
    {
      stdio: (socket) => socket.end(unknown),
      // Asked why there is no such stream.
      wait: (socket) => socket.write(unknown),
    },
    ['pebble-api'],
  ],
  [
    'answers with a page',
    { stdio: (socket) => socket.end(reply(200, '<html>', 'text/html')) },
    ['pebble-protocol'],
  ],
  [
    'takes up a stream with the wrong key',
    {
      stdio: (socket) =>
        socket.write(upgradeReply({ line: '', head: '', body: '', connection: 0, turn: 0 })),
    },
    ['pebble-protocol'],
  ],
  [
    'sends what is no frame',
    {
      stdio: (socket, request) =>
        socket.write(Buffer.concat([Buffer.from(upgradeReply(request)), Buffer.alloc(99, 0xff)])),
    },
    ['pebble-protocol'],
  ],
  [
    'sends a frame beyond all size',
    {
      stdio: (socket, request) =>
        socket.write(
          Buffer.concat([
            Buffer.from(upgradeReply(request)),
            Buffer.from([0x82, 127, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff]),
          ]),
        ),
    },
    ['pebble-protocol'],
  ],
  [
    'breaks a stream off',
    {
      stdio: (socket, request) => {
        socket.write(upgradeReply(request));
        setImmediate(() => socket.destroy());
      },
    },
    ['pebble-connection'],
  ],
  [
    'ends a stream without the mark of its end',
    {
      stdio: (socket, request) =>
        socket.end(
          Buffer.concat([Buffer.from(upgradeReply(request)), Buffer.from([0x88, 2, 3, 0xe8])]),
        ),
    },
    ['pebble-protocol'],
  ],
  ['falls silent', {}, ['pebble-timeout']],
  [
    'does not know the change',
    {
      wait: (socket) => socket.write(unknown),
    },
    ['pebble-api'],
  ],
  ['closes while the command runs', { wait: (socket) => socket.destroy() }, ['pebble-connection']],
];

describe.for(execFaults)(
  'a server that, once a command is accepted, %s',
  ([, faulty, expected]) => {
    test('ends the command with an error of its own', async ({ expect: expectHere }) => {
      await using server = await startFaultyServer((socket, request) => {
        const { line } = request;
        if (line === 'POST /v1/exec') {
          socket.write(
            reply(202, '{"type":"async","status-code":202,"change":"1","result":{"task-id":"2"}}'),
          );
          return;
        }
        const [, stream] = /\/websocket\/(\w+)$/.exec(line) ?? [];
        const fault = faulty[stream ?? (line.includes('/wait') ? 'wait' : 'other')];
        if (fault !== undefined) fault(socket, request);
        else if (stream !== undefined) socket.write(upgradeReply(request));
      });
      const time = timeFor(expected);
      const client = new PebbleClient(new UnixSocketTransport(server.socketPath), {
        timeout: time,
      });
      const begun = performance.now();
      const outcome = await outcomeOf(calls.exec(client, time));
      expectHere(outcome).toBeInstanceOf(PebbleError);
      expectHere(expected).toContain(outcome instanceof PebbleError ? outcome.code : outcome);
      expectHere(performance.now() - begun).toBeLessThan(3 * time + 2_500);
      await client.close();
      await expectHere.poll(() => server.open(), { interval: 2, timeout: 3_000 }).toBe(0);
    });
  },
);

function timeFor(expected: readonly string[]): number {
  return expected.includes('pebble-timeout') ? short : ample;
}

async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error;
  }
}

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
    const client = new PebbleClient(new UnixSocketTransport(server.socketPath), { timeout: short });
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
    const client = new PebbleClient(new UnixSocketTransport(server.socketPath), { timeout: short });
    const begun = performance.now();
    await expect(client.pullText('/file')).resolves.toBe('one two three four');
    expect(performance.now() - begun).toBeGreaterThan(short);
    await client.close();
  });
});
