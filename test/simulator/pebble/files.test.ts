import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';

import { readParts } from '../../../src/simulator/pebble/files/multipart-reader.ts';
import { coreFixture, textOf, type CoreFixture } from './core-fixture.ts';

const boundary = 'b'.repeat(32);

async function write(
  { core }: CoreFixture,
  request: Record<string, unknown> & { path: string },
  content: string,
): Promise<unknown> {
  const metadata = JSON.stringify({ action: 'write', files: [request] });
  const response = await core.handle({
    method: 'POST',
    path: '/v1/files',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: [
      `--${boundary}`,
      'Content-Disposition: form-data; name="request"',
      '',
      metadata,
      `--${boundary}`,
      `Content-Disposition: form-data; name="files"; filename="${request.path}"`,
      '',
      content,
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  });
  return JSON.parse(await textOf(response.body));
}

describe('files', () => {
  test('are written with their permissions and owner, folders and all', async () => {
    const pebble = coreFixture({
      accounts: {
        users: [{ name: 'bouncer', userId: 7, groupId: 8, home: '/' }],
        groups: [],
      },
    });
    await write(
      pebble,
      { path: '/etc/pgb/x.ini', permissions: '640', user: 'bouncer', 'make-dirs': true },
      'a = b\r\n',
    );
    expect(pebble.files.text('/etc/pgb/x.ini')).toBe('a = b\r\n');
    expect(pebble.files.status('/etc/pgb/x.ini')).toMatchObject({
      permissions: 0o640,
      userId: 7,
      groupId: 8,
    });
    expect(pebble.files.status('/etc/pgb')).toMatchObject({ permissions: 0o755, userId: 7 });
  });

  test('replace a link and leave alone what it led to', async () => {
    const pebble = coreFixture();
    pebble.files.putFile('/real', 'old');
    pebble.files.putSymlink('/link', '/real');
    await write(pebble, { path: '/link' }, 'new');
    expect(pebble.files.text('/real')).toBe('old');
    expect(pebble.files.status('/link')?.kind).toBe('file');
  });

  test('that cannot be written say why and leave nothing behind', async () => {
    const pebble = coreFixture();
    expect(await write(pebble, { path: '/no/where' }, 'x')).toMatchObject({
      result: [{ path: '/no/where', error: { kind: 'not-found' } }],
    });
    expect(await write(pebble, { path: '/a', user: 'nobody' }, 'x')).toMatchObject({
      result: [{ error: { message: 'cannot look up user and group: user: unknown user nobody' } }],
    });
    expect(pebble.files.paths()).toEqual([]);
  });

  test('are listed through a link to their folder, links as links', async () => {
    const pebble = coreFixture();
    pebble.files.putFile('/var/data/b', 'x');
    pebble.files.putSymlink('/var/data/a', 'b');
    pebble.files.putSymlink('/d', 'var/data');
    expect((await pebble.get('/v1/files', { action: 'list', path: '/d' })).result).toMatchObject([
      { path: '/d/a', type: 'symlink' },
      { path: '/d/b', type: 'file', size: 1 },
    ]);
  });

  test('a circle of links is an error and not for ever', async () => {
    const pebble = coreFixture();
    pebble.files.putSymlink('/a', '/b');
    pebble.files.putSymlink('/b', '/a');
    expect(await pebble.get('/v1/files', { action: 'list', path: '/a' })).toMatchObject({
      status: 400,
      result: { message: 'stat /a: too many levels of symbolic links', kind: 'generic-file-error' },
    });
  });
});

test('a part whose head has no end is refused before it fills the memory', async () => {
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`--${boundary}\r\nX: `);
    for (;;) {
      sent += 1;
      yield Buffer.alloc(16 * 1024, 'y');
    }
  }
  const response = await coreFixture().core.handle({
    method: 'POST',
    path: '/v1/files',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: endless(),
  });
  expect(JSON.parse(await textOf(response.body))).toMatchObject({
    'status-code': 400,
    result: {
      message: 'cannot read request metadata: multipart: NextPart: message too large',
    },
  });
  expect(sent).toBeLessThan(10);
});

test('parts come out as they went in, whatever the chunks they arrive in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 50 }),
      async (contents, size) => {
        const body = Buffer.concat([
          ...contents.map((content, index) =>
            Buffer.concat([
              Buffer.from(
                `${index === 0 ? '' : '\r\n'}--B\r\nContent-Disposition: form-data; name="n"; filename="/f${index}"\r\n\r\n`,
              ),
              content,
            ]),
          ),
          Buffer.from('\r\n--B--\r\n'),
        ]);
        async function* chunks(): AsyncGenerator<Uint8Array> {
          for (let start = 0; start < body.length; start += size) {
            yield body.subarray(start, start + size);
          }
        }
        const read: Uint8Array[] = [];
        for await (const part of readParts(chunks(), 'B')) {
          const pieces: Uint8Array[] = [];
          for await (const piece of part.content) {
            pieces.push(Uint8Array.from(piece));
          }
          read.push(new Uint8Array(Buffer.concat(pieces)));
        }
        expect(read).toEqual(contents.map((content) => new Uint8Array(content)));
      },
    ),
  );
});
