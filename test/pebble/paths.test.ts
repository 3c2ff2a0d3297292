import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  PebbleClient,
  PebbleError,
  PebbleTransferError,
  UnixSocketTransport,
  type PebbleRequest,
  type PebbleTransport,
} from '../../src/pebble/index.ts';
import { reply, startFaultyServer, syncReply, type Fault } from './faulty-server.ts';
import { memoryDaemon } from './memory-daemon.ts';

let base = '';
let from = '';
let to = '';

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'charmwright-paths-'));
  from = join(base, 'from');
  to = join(base, 'to');
  await mkdir(from);
});

afterEach(async () => {
  await rm(base, { recursive: true });
});

/** What a promise is rejected with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

/** Names and contents of what is in a directory: directories hold what is in them. */
interface Tree {
  readonly [name: string]: Tree | string;
}

async function plant(dir: string, tree: Tree): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    if (typeof content !== 'string') await plant(join(dir, name), content);
    else await writeFile(join(dir, name), content, 'base64');
  }
}

async function readTree(dir: string): Promise<Tree> {
  const entries = await readdir(dir, { withFileTypes: true });
  const contents = entries.map(async (entry) => {
    const path = join(dir, entry.name);
    return [
      entry.name,
      entry.isDirectory() ? await readTree(path) : await readFile(path, 'base64'),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

const names = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .filter((name) => name.isWellFormed() && !/[/\0*]|^\.\.?$|^__proto__$/.test(name));
/** Around the size beyond which a file is streamed, too. */
const contents = fc
  .oneof(
    fc.uint8Array({ maxLength: 32 }),
    fc.nat(200).map((byte) => Buffer.alloc(65_436 + byte, byte)),
  )
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const { tree: trees } = fc.letrec<{ tree: Tree; entry: Tree | string }>((tie) => ({
  tree: fc.dictionary(names, tie('entry'), { maxKeys: 5 }),
  entry: fc.oneof({ maxDepth: 3, withCrossShrink: true }, contents, tie('tree')),
}));

describe('whole directories', () => {
  test('are the same when they are pushed and pulled back', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        run += 1;
        const [source, back] = [join(from, `${run}`, 'tree'), join(to, `${run}`)];
        await plant(source, tree);
        const { client } = memoryDaemon();
        await client.pushPath(source, '/srv/data');
        await client.pullPath('/srv/data/tree', back);
        expect(await readTree(join(back, 'tree'))).toEqual(tree);
      }),
      { numRuns: 30 },
    );
  });

  test('of small files travel in few requests', async () => {
    const dirs = Array.from({ length: 10 }, (_, index) => `dir-${index}`);
    for (const dir of dirs) {
      await plant(
        join(from, dir),
        Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`file-${index}`, 'abcd'])),
      );
    }
    const { client, requests } = memoryDaemon();
    await client.pushPath(`${from}/*`, '/srv');
    // The destination, its directories, and 160 files.
    expect(requests.length).toBeLessThanOrEqual(2 + 10 + 10);
    requests.length = 0;
    await client.pullPath('/srv', to);
    const listings = requests.filter(({ query }) => query?.['action'] === 'list');
    expect(listings).toHaveLength(12);
    expect(requests.length - listings.length).toBe(5);
    expect(await readTree(join(to, 'srv'))).toEqual(await readTree(from));
  });

  test('are not asked for in addresses that are longer than servers take', async () => {
    const name = 'ü'.repeat(120);
    const { client, files, requests } = memoryDaemon();
    for (let index = 0; index < 60; index += 1) files.putFile(`/srv/${name}${index}`, 'x');
    await client.pullPath('/srv', to);
    expect(await readdir(join(to, 'srv'))).toHaveLength(60);
    const addresses = requests.map(({ query = {} }) =>
      [query['path'] ?? []].flat().map(encodeURIComponent).join('&path='),
    );
    expect(Math.max(...addresses.map((address) => address.length))).toBeLessThan(12_000);
  });

  test('hold what the later of two sources of one name has, however long the other takes', async () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`${index}`, 'abcd']));
    await plant(from, { one: { file: 'b25l' }, many, two: { file: 'dHdv' } });
    const daemon = memoryDaemon();
    /** Lets everything else go on for a while before the first request for content is served. */
    const holdFirst = (isContent: (request: PebbleRequest) => boolean): void => {
      let first = true;
      daemon.held = async (request) => {
        if (!first || !isContent(request)) return;
        first = false;
        const until = performance.now() + 300;
        while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
      };
    };
    holdFirst(({ method, body }) => method === 'POST' && typeof body !== 'string');
    const sources = [join(from, 'one', 'file'), join(from, 'many', '*'), join(from, 'two', 'file')];
    await daemon.client.pushPath(sources, '/srv');
    expect(daemon.files.text('/srv/file')).toBe('two');
    await daemon.client.pushPath(`${from}/*`, '/srv');
    holdFirst(({ query }) => query?.['action'] === 'read');
    await daemon.client.pullPath(['/srv/one/file', '/srv/many/*', '/srv/two/file'], to);
    await expect(readFile(join(to, 'file'), 'utf8')).resolves.toBe('two');
  });

  test('hold files whole that are longer than they say', async () => {
    const { client, files } = memoryDaemon();
    await client.pushPath('/proc/version', '/srv');
    expect(files.text('/srv/version')).toBe(await readFile('/proc/version', 'utf8'));
  });

  test('lose only the file that cannot be read', async () => {
    await plant(from, { good: 'abcd' });
    const { client, files } = memoryDaemon();
    // A regular file whose first page nobody can read.
    const error = await rejection(client.pushPath(['/proc/self/mem', join(from, 'good')], '/srv'));
    expect(error).toBeInstanceOf(PebbleTransferError);
    expect(error).toMatchObject({
      failures: [
        { path: '/proc/self/mem', cause: { code: 'pebble-path', cause: { code: 'EIO' } } },
      ],
    });
    expect(files.paths()).toEqual(['/srv/', '/srv/good']);
  });

  test('are told apart from what is in them by a slash and a star alone', async () => {
    await plant(from, { dir: { file: 'abcd' } });
    const { client, files } = memoryDaemon();
    const here = process.cwd();
    process.chdir(from);
    try {
      for (const [source, expected] of [
        ['dir', ['/srv/dir/', '/srv/dir/file']],
        ['./dir/file', ['/srv/file']],
        ['dir/*', ['/srv/file']],
        ['*', ['/srv/dir/', '/srv/dir/file']],
        ['.', ['/srv/dir/', '/srv/dir/file']],
        ['dir/..', ['/srv/from/', '/srv/from/dir/', '/srv/from/dir/file']],
      ] as const) {
        await client.pushPath(source, '/srv');
        expect([source, ...files.paths()]).toEqual([source, '/srv/', ...expected]);
        await client.removePath('/srv', { recursive: true });
      }
      expect(await rejection(client.pushPath('', '/srv'))).toMatchObject({
        failures: [{ path: '', cause: { kind: 'not-found' } }],
      });
    } finally {
      process.chdir(here);
    }
    files.putFile('/etc/file', 'x');
    await client.pullPath('/', to);
    expect((await readdir(to)).sort()).toEqual(['etc', 'srv']);
  });

  test('end with what the progress callback throws', async () => {
    await plant(from, { large: Buffer.alloc(300_000).toString('base64') });
    const { client, files } = memoryDaemon();
    const failing = {
      onProgress: (): void => {
        throw new RangeError('of the caller');
      },
    };
    await expect(client.pushPath(`${from}/*`, '/srv', failing)).rejects.toThrow(RangeError);
    expect(files.paths()).toEqual(['/srv/']);
    files.putFile('/srv/small', 'x');
    await expect(client.pullPath('/srv/*', to, failing)).rejects.toThrow(RangeError);
    await expect(readdir(to)).resolves.toEqual([]);
  });

  test('lose links that no program of the container can keep, and say why', async () => {
    await plant(from, { file: 'abcd' });
    await symlink('file', join(from, 'link'));
    const { client, files } = memoryDaemon();
    const keep = { symlinks: 'keep' } as const;
    const why = 'it cannot be kept as a symbolic link with the container\'s program "ln": cannot';
    expect(await rejection(client.pushPath(`${from}/*`, '/srv', keep))).toMatchObject({
      failures: [
        { path: join(from, 'link'), cause: { reason: expect.stringContaining(why) as unknown } },
      ],
    });
    expect(files.paths()).toEqual(['/srv/', '/srv/file']);
    files.putSymlink('/srv/link', 'file');
    expect(await rejection(client.pullPath('/srv', to, keep))).toMatchObject({
      failures: [
        {
          path: '/srv/link',
          cause: { reason: expect.stringContaining('program "readlink"') as unknown },
        },
      ],
    });
    await expect(readdir(join(to, 'srv'))).resolves.toEqual(['file']);
  });
});

function row(name: string, type: string): object {
  return {
    path: `/srv/${name}`,
    name,
    type,
    size: 1,
    permissions: '755',
    'last-modified': '2026-01-01T00:00:00Z',
  };
}

/** A daemon that says of every directory that these names are in it, and sends files of any name. */
function hostileDaemon(listed: readonly string[], type = 'file'): PebbleTransport {
  return {
    request: async ({ query = {} }) => {
      if (query['action'] === 'list') {
        const itself = query['itself'] === 'true';
        const inside = query['path'] === '/srv' ? listed.map((name) => row(name, type)) : [];
        const result = itself ? [row('srv', 'directory')] : inside;
        return jsonReply({ type: 'sync', 'status-code': 200, result });
      }
      const paths = [query['path'] ?? []].flat();
      const parts = paths.map(
        (path) =>
          `--${'b'.repeat(40)}\r\nContent-Disposition: form-data; name="files"; filename="${path.replaceAll('\\', '\\\\').replaceAll('\n', '%0A')}"\r\n\r\nx\r\n`,
      );
      const result = paths.map((path) => ({ path }));
      const trailer = JSON.stringify({ type: 'sync', 'status-code': 200, result });
      const text = `${parts.join('')}--${'b'.repeat(40)}\r\nContent-Disposition: form-data; name="response"\r\n\r\n${trailer}\r\n--${'b'.repeat(40)}--\r\n`;
      return {
        status: 200,
        headers: { 'content-type': `multipart/form-data; boundary=${'b'.repeat(40)}` },
        body: once(text),
      };
    },
    close: async () => undefined,
  };
}

function jsonReply(value: unknown): Awaited<ReturnType<PebbleTransport['request']>> {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: once(JSON.stringify(value)),
  };
}

// eslint-disable-next-line typescript/require-await -- a body is asynchronous
async function* once(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(text);
}

describe('a container that means harm', () => {
  const bad = ['..', '.', '', '../out', '/out', '../../out', 'a/../../out', 'a\0b', '..\0'];

  test.each(['file', 'directory', 'symlink'])(
    'has no %s written outside of the destination, whatever it calls it',
    async (type) => {
      const good = ['plain', 'line\nbreak', '-rf', '...', '~', '%2e%2e', '..\\out'];
      const client = new PebbleClient(hostileDaemon([...bad, ...good], type));
      const error = await rejection(client.pullPath('/srv', join(to, 'deep', 'dest')));
      expect(error).toBeInstanceOf(PebbleTransferError);
      if (!(error instanceof PebbleTransferError)) return;
      expect(error.failures).toHaveLength(bad.length);
      expect((await readdir(join(to, 'deep', 'dest', 'srv'))).sort()).toEqual(good.sort());
      await expect(readdir(join(to, 'deep', 'dest'))).resolves.toEqual(['srv']);
      await expect(readdir(join(to, 'deep'))).resolves.toEqual(['dest']);
      await expect(readdir(to)).resolves.toEqual(['deep']);
      expect(existsSync('/out')).toBe(false);
    },
  );

  test('cannot send a file that was not asked for', async () => {
    const daemon = hostileDaemon(['file']);
    const lying: PebbleTransport = {
      ...daemon,
      request: async (request) =>
        await daemon.request(
          request.query?.['action'] === 'read'
            ? { ...request, query: { action: 'read', path: ['/srv/other'] } }
            : request,
        ),
    };
    await expect(new PebbleClient(lying).pullPath('/srv', to)).rejects.toMatchObject({
      code: 'pebble-protocol',
    });
    await expect(readdir(join(to, 'srv'))).resolves.toEqual([]);
  });
});

const timeout = 300;
/** What may go wrong once directories were made or listed, and what the client says. */
const faults: readonly (readonly [string, Fault, string])[] = [
  ['never answers', () => undefined, 'pebble-timeout'],
  ['goes away', (socket) => socket.destroy(), 'pebble-connection'],
  ['answers with a page', (socket) => socket.write(reply(200, '<html>')), 'pebble-protocol'],
  ['says nothing of the files', (socket) => socket.write(syncReply([])), 'pebble-protocol'],
  [
    'refuses',
    (socket) =>
      socket.write(reply(401, '{"type":"error","status-code":401,"result":{"message":"no"}}')),
    'pebble-api',
  ],
];

describe.each(faults)('a daemon that %s when content is to travel', (_what, fault, code) => {
  const faulty: Fault = (socket, request) => {
    const { line, body } = request;
    if (line.includes('action=list')) {
      const itself = line.includes('itself');
      socket.write(syncReply([row(itself ? 'srv' : 'file', itself ? 'directory' : 'file')]));
    } else if (body.includes('make-dirs":')) {
      fault(socket, request);
    } else if (body.includes('"make-dirs"')) {
      socket.write(syncReply([{ path: '/srv' }]));
    } else {
      fault(socket, request);
    }
  };

  test.each([
    ['small', 1],
    ['large', 500_000],
  ])('ends the push of %s files with an error of its own', async (_size, size) => {
    for (let index = 0; index < 40; index += 1) {
      await writeFile(join(from, `${index}`), Buffer.alloc(size));
    }
    await using server = await startFaultyServer(faulty);
    const client = new PebbleClient(new UnixSocketTransport(server.socketPath), { timeout });
    const error = await rejection(client.pushPath(`${from}/*`, '/srv'));
    expect(error).toBeInstanceOf(PebbleError);
    expect(error).toMatchObject({ code });
    await client.close();
    await expect.poll(() => server.open(), { interval: 2 }).toBe(0);
  });

  test('ends the pull with an error of its own, and leaves no half of a file', async () => {
    await using server = await startFaultyServer(faulty);
    const client = new PebbleClient(new UnixSocketTransport(server.socketPath), { timeout });
    const error = await rejection(client.pullPath('/srv', to));
    expect(error).toMatchObject({ code });
    await expect(readdir(join(to, 'srv'))).resolves.toEqual([]);
    expect((await stat(join(to, 'srv'))).mode & 0o777).toBe(0o755);
    await client.close();
    await expect.poll(() => server.open(), { interval: 2 }).toBe(0);
  });
});
