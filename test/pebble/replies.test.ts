import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { PebbleProtocolError, UnixSocketTransport } from '../../src/pebble/index.ts';
import { BrokenReplyError } from '../../src/pebble/reply-head.ts';
import { ReplyParser } from '../../src/pebble/reply-parser.ts';
import { startFaultyServer } from './faulty-server.ts';

interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How many connections two exchanges took. */
  readonly connections: number;
}

/** Asks twice, so as to see whether the connection was fit for a second exchange. */
async function ask(reply: string, end = false): Promise<Outcome> {
  await using server = await startFaultyServer((socket) => {
    socket.write(Buffer.from(reply, 'latin1'));
    if (end) socket.end();
  });
  const transport = new UnixSocketTransport(server.socketPath);
  try {
    const first = await once(transport);
    await once(transport);
    return { ...first, connections: server.connections() };
  } finally {
    await transport.close();
  }
}

async function once(transport: UnixSocketTransport): Promise<Omit<Outcome, 'connections'>> {
  const { status, headers, body } = await transport.request({ method: 'GET', path: '/v1/x' });
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return { status, headers, body: Buffer.concat(pieces).toString('latin1') };
}

describe('a reply', () => {
  test('of a told length leaves the connection for the next exchange', async () => {
    await expect(ask('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')).resolves.toMatchObject({
      status: 200,
      body: 'hello',
      connections: 1,
    });
  });

  test('of no length and no content leaves it as well', async () => {
    const none = await ask('HTTP/1.1 204 No Content\r\nDate: today\r\n\r\n');
    expect(none).toMatchObject({ status: 204, body: '', connections: 1 });
    expect(await ask('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')).toMatchObject({ body: '' });
  });

  test('in chunks may have extensions, capital digits and trailers', async () => {
    const reply =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0A\r\n, daemon\r\n\r\n0\r\nTrailer: t\r\n\r\n';
    expect(await ask(reply)).toMatchObject({ body: 'hello, daemon\r\n', connections: 1 });
  });

  test('without a length ends with the connection', async () => {
    const outcome = await ask('HTTP/1.1 200 OK\r\n\r\nall of it', true);
    expect(outcome).toMatchObject({ body: 'all of it', connections: 2 });
  });

  test('that says so is the last of its connection', async () => {
    const close = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok';
    expect(await ask(close)).toMatchObject({ body: 'ok', connections: 2 });
    const old = 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok';
    expect(await ask(old)).toMatchObject({ body: 'ok', connections: 2 });
  });

  test('may follow an interim one', async () => {
    const reply =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\n!';
    expect(await ask(reply)).toMatchObject({ status: 201, body: '!', connections: 1 });
  });

  test('has header names in lower case, and joins what comes twice', async () => {
    const { headers } = await ask(
      'HTTP/1.1 200 OK\r\nX-A:  one \r\nx-a: two\r\nContent-Length: 0\r\ncontent-LENGTH: 0\r\nEmpty:\r\n\r\n',
    );
    expect(headers).toEqual({ 'x-a': 'one, two', 'content-length': '0', empty: '' });
  });

  test.for([
    ['has two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'has a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['has a coding that nobody asked for', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx'],
    ['has a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['has a length in other digits', 'HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello'],
    ['folds a header', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
    ['puts a space before a colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
    ['has no status', 'HTTP/1.1 OK\r\n\r\n'],
    ['is of another version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['has a chunk that is longer than it says', chunked('1\r\nab\r\n0\r\n\r\n')],
    ['has a chunk of negative length', chunked('-1\r\n')],
    ['has a chunk of more bytes than there are', chunked('ffffffffffffffff\r\n')],
    ['never ends its headers', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(4000)}`],
    ['never ends a line between chunks', chunked(`1;${'x'.repeat(20_000)}`)],
  ] as const)('that %s is refused', async ([, reply]) => {
    const error = await ask(reply).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PebbleProtocolError);
  });

  test('that is followed by something nobody asked for loses its connection', async () => {
    const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    const outcome = await ask(`${reply}HTTP/1.1 500 No\r\n\r\n`);
    expect(outcome).toMatchObject({ status: 200, body: 'ok', connections: 2 });
  });
});

test('a request cannot be made to hold another one', async () => {
  await using server = await startFaultyServer((socket) => {
    socket.write('HTTP/1.1 204 No Content\r\n\r\n');
  });
  const transport = new UnixSocketTransport(server.socketPath);
  const evil = '/v1/x HTTP/1.1\r\nHost: a\r\n\r\nPOST /v1/services';
  await expect(transport.request({ method: 'GET', path: evil })).rejects.toThrow(TypeError);
  await expect(
    transport.request({ method: 'GET', path: '/v1/x', headers: { accept: 'a\r\nb: c' } }),
  ).rejects.toThrow(TypeError);
  await transport.request({ method: 'GET', path: '/v1/x', query: { a: 'b c\r\n&d' } });
  expect(server.received.map(({ line }) => line)).toEqual(['GET /v1/x?a=b+c%0D%0A%26d']);
  await transport.close();
});

describe('however a reply is cut into pieces', () => {
  test('it reads the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (parts, inChunks, cuts) => {
          const body = Buffer.concat(parts);
          const bytes = inChunks ? inPieces(parts) : withLength(body);
          const seen = read(bytes, cuts);
          expect(seen).toEqual({ status: 200, body: body.toString('latin1'), ended: 1 });
        },
      ),
    );
  });

  test('any other bytes are refused, or are the beginning of a reply', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (noise, at, cuts) => {
          const good = withLength(Buffer.from('hello'));
          const bytes = Buffer.concat([good.subarray(0, at), noise, good.subarray(at)]);
          expect(outcomeOf(() => read(bytes, cuts).ended)).toBeOneOf([0, 1, 'refused']);
        },
      ),
    );
  });
});

/** What it gives; `refused` when it finds no reply. Any other error is a fault of the parser. */
function outcomeOf(act: () => number): number | 'refused' {
  try {
    return act();
  } catch (error) {
    if (error instanceof BrokenReplyError) return 'refused';
    throw error;
  }
}

function chunked(rest: string): string {
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${rest}`;
}

function withLength(body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`),
    body,
  ]);
}

function inPieces(parts: readonly Uint8Array[]): Buffer {
  const pieces = parts
    .filter((part) => part.length > 0)
    .flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(chunked('')), ...pieces, Buffer.from('0\r\n\r\n')]);
}

interface Reading {
  readonly status: number;
  readonly body: string;
  /** How often the reply was said to be whole. */
  readonly ended: number;
}

function read(bytes: Buffer, cuts: readonly number[]): Reading {
  let status = 0;
  let ended = 0;
  const pieces: Buffer[] = [];
  const parser = new ReplyParser({
    head: (head) => {
      status = head.status;
    },
    body: (piece) => pieces.push(Buffer.from(piece)),
    end: () => {
      ended += 1;
    },
  });
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    parser.feed(bytes.subarray(at, at + size));
    at += size;
  }
  return { status, body: Buffer.concat(pieces).toString('latin1'), ended };
}
