import { createHash, randomBytes } from 'node:crypto';
import {
  chown,
  lstat,
  mkdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';

import { PebbleApiError, PebblePathError, type PebbleRequest } from '../../../src/pebble/index.ts';
import { post, refusal, rejection, type PebbleTests, matching } from './implementation.ts';

const isRoot = process.getuid?.() === 0;
const oddNames = [
  'with space',
  'with "quotes" in it',
  "with 'apostrophes'",
  'with \\backslash\\',
  'ünïcödé-Ω-日本-🎷',
  'with;semicolon=and,comma',
  'with%41percent',
  'with+plus&ampersand?query#hash',
  'with\nnewline',
  'with\ttab',
];

export function describeFiles({ shared: test }: PebbleTests): void {
  let count = 0;
  const fresh = async (dir: string): Promise<string> => {
    count += 1;
    const path = join(dir, `files-${count}`);
    await mkdir(path);
    return path;
  };

  describe('files: writing and reading', () => {
    test('gives back the text that was written', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'text');
      await pebble.client.push(path, 'grüße\nline two\r\n');
      await expect(pebble.client.pullText(path)).resolves.toBe('grüße\nline two\r\n');
      await expect(readFile(path, 'utf8')).resolves.toBe('grüße\nline two\r\n');
    });

    test('writes and reads an empty file', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'empty');
      await pebble.client.push(path, '');
      await expect(pebble.client.pullText(path)).resolves.toBe('');
      expect((await stat(path)).size).toBe(0);
    });

    test('keeps every byte of a binary file, separators of forms among them', async ({
      pebble,
    }) => {
      const path = join(await fresh(pebble.dir), 'binary');
      const content = Buffer.concat([
        Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
        Buffer.from('\r\n--\r\n--boundary\r\n\r\n--boundary--\r\n'),
        randomBytes(70_000),
        Buffer.from('\r\n'),
      ]);
      await pebble.client.push(path, content);
      expect((await (await pebble.client.pull(path)).bytes()).equals(content)).toBe(true);
    });

    test('streams 64 MiB up and down', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'big');
      const block = randomBytes(1024 * 1024);
      const sent = createHash('sha256');
      await pebble.client.push(
        path,
        (async function* blocks() {
          for (let i = 0; i < 64; i += 1) {
            block.writeUInt32BE(i);
            sent.update(block);
            yield Buffer.from(block);
          }
        })(),
        { timeout: 30_000 },
      );
      const received = createHash('sha256');
      let size = 0;
      for await (const piece of await pebble.client.pull(path)) {
        received.update(piece);
        size += piece.length;
      }
      expect(size).toBe(64 * 1024 * 1024);
      expect(received.digest('hex')).toBe(sent.digest('hex'));
    });

    test('serves on after a reader leaves a file half read', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'half');
      await pebble.client.push(path, Buffer.alloc(8 * 1024 * 1024, 'x'));
      for await (const piece of await pebble.client.pull(path)) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      await expect(pebble.client.systemInfo()).resolves.toHaveProperty('version');
    });

    test.for(oddNames)(
      'writes, lists, reads and removes a file named %j',
      async (name, { pebble }) => {
        const dir = await fresh(pebble.dir);
        const path = join(dir, name);
        await pebble.client.push(path, name);
        await expect(readFile(path, 'utf8')).resolves.toBe(name);
        await expect(pebble.client.pullText(path)).resolves.toBe(name);
        await expect(pebble.client.listFiles(dir)).resolves.toMatchObject([{ name, path }]);
        await pebble.client.removePath(path);
        await expect(pebble.client.listFiles(dir)).resolves.toEqual([]);
      },
    );

    test('writes with permissions 644 unless told otherwise', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'plain');
      await pebble.client.push(path, 'x');
      expect((await stat(path)).mode & 0o777).toBe(0o644);
    });

    test.for(['600', '640', '755', '777', '400', '007'])(
      'writes with permissions %s, whatever the umask',
      async (octal, { pebble }) => {
        const permissions = Number.parseInt(octal, 8);
        const path = join(await fresh(pebble.dir), 'moded');
        await pebble.client.push(path, 'x', { permissions });
        expect((await stat(path)).mode & 0o777).toBe(permissions);
      },
    );

    test('refuses permissions of more than nine bits', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'setuid');
      const error = await rejection(pebble.client.push(path, 'x', { permissions: 0o4755 }));
      expect(error).toMatchObject({
        code: 'pebble-path',
        path,
        kind: 'generic-file-error',
        reason: 'permissions must be a 3-digit octal string, got "4755"',
      });
    });

    test.skipIf(!isRoot)('gives a file to the owner by id and by name', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await pebble.client.push(join(dir, 'id'), 'x', { userId: 12_345, groupId: 23_456 });
      expect(await stat(join(dir, 'id'))).toMatchObject({ uid: 12_345, gid: 23_456 });
      await pebble.client.push(join(dir, 'name'), 'x', { user: 'daemon', group: 'daemon' });
      expect(await stat(join(dir, 'name'))).toMatchObject({ uid: 1, gid: 1 });
    });

    test.skipIf(!isRoot)(
      "gives a file to a user's own group when no group is named",
      async ({ pebble }) => {
        const path = join(await fresh(pebble.dir), 'user');
        await pebble.client.push(path, 'x', { user: 'daemon' });
        expect(await stat(path)).toMatchObject({ uid: 1, gid: 1 });
      },
    );

    test('refuses an owner that nobody knows', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'nobody');
      const error = await rejection(pebble.client.push(path, 'x', { user: 'no-such-user' }));
      expect(error).toBeInstanceOf(PebblePathError);
      expect(error).toMatchObject({
        kind: 'generic-file-error',
        reason: matching(/^cannot look up user and group: .*no-such-user/),
      });
    });

    test('refuses a group without a user', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'group');
      const error = await rejection(pebble.client.push(path, 'x', { group: 'daemon' }));
      expect(error).toMatchObject({
        kind: 'generic-file-error',
        reason: matching(/must specify user, not just group/),
      });
    });

    test('finds no directory to write into', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'missing', 'file');
      const error = await rejection(pebble.client.push(path, 'x'));
      expect(error).toMatchObject({ code: 'pebble-path', kind: 'not-found', path });
    });

    test('makes missing directories with 755 when asked to', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await pebble.client.push(join(dir, 'a', 'b', 'file'), 'x', { makeDirs: true });
      expect((await stat(join(dir, 'a', 'b'))).mode & 0o777).toBe(0o755);
      await expect(readFile(join(dir, 'a', 'b', 'file'), 'utf8')).resolves.toBe('x');
    });

    test.skipIf(!isRoot)(
      'gives the made directories to the owner of the file',
      async ({ pebble }) => {
        const dir = await fresh(pebble.dir);
        const path = join(dir, 'a', 'file');
        await pebble.client.push(path, 'x', { makeDirs: true, userId: 12_345, groupId: 23_456 });
        expect(await stat(join(dir, 'a'))).toMatchObject({ uid: 12_345, gid: 23_456 });
      },
    );

    test('replaces content, permissions and owner of an existing file', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'old');
      await writeFile(path, 'a longer text than the new one', { mode: 0o600 });
      if (isRoot) await chown(path, 12_345, 23_456);
      await pebble.client.push(path, 'new');
      await expect(readFile(path, 'utf8')).resolves.toBe('new');
      const after = await stat(path);
      expect(after.mode & 0o777).toBe(0o644);
      expect(after.uid).toBe(process.getuid?.());
    });

    test('replaces a symbolic link and leaves its target alone', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await writeFile(join(dir, 'target'), 'target');
      await symlink(join(dir, 'target'), join(dir, 'link'));
      await pebble.client.push(join(dir, 'link'), 'new');
      expect((await lstat(join(dir, 'link'))).isFile()).toBe(true);
      await expect(readFile(join(dir, 'target'), 'utf8')).resolves.toBe('target');
    });

    test('leaves no temporary file behind', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await pebble.client.push(join(dir, 'one'), 'x');
      await rejection(pebble.client.push(join(dir, 'two'), 'x', { user: 'no-such-user' }));
      const names = (await pebble.client.listFiles(dir)).map((file) => file.name);
      expect(names).toEqual(['one']);
    });

    test('writes several files in one request, each with its own content and mode', async ({
      pebble,
    }) => {
      const dir = await fresh(pebble.dir);
      await pebble.client.pushFiles([
        { path: join(dir, 'one'), content: 'first', permissions: 0o400 },
        { path: join(dir, 'two'), content: Buffer.alloc(600_000, '2') },
        { path: join(dir, 'new', 'three'), content: '', makeDirs: true },
      ]);
      await expect(readFile(join(dir, 'one'), 'utf8')).resolves.toBe('first');
      expect((await stat(join(dir, 'one'))).mode & 0o777).toBe(0o400);
      expect((await stat(join(dir, 'two'))).size).toBe(600_000);
      await expect(readFile(join(dir, 'new', 'three'), 'utf8')).resolves.toBe('');
    });

    test('writes the files behind one that it cannot write, and names that one', async ({
      pebble,
    }) => {
      const dir = await fresh(pebble.dir);
      const path = join(dir, 'missing', 'two');
      const error = await rejection(
        pebble.client.pushFiles([
          { path: join(dir, 'one'), content: '1' },
          { path, content: '2' },
          { path: join(dir, 'three'), content: '3' },
        ]),
      );
      expect(error).toMatchObject({ code: 'pebble-path', kind: 'not-found', path });
      const names = (await pebble.client.listFiles(dir)).map((file) => file.name);
      expect(names).toEqual(['one', 'three']);
    });

    test('refuses to write to a relative path', async ({ pebble }) => {
      const error = await rejection(pebble.client.push('relative/file', 'x'));
      expect(error).toMatchObject({
        code: 'pebble-path',
        kind: 'generic-file-error',
        reason: 'paths must be absolute, got "relative/file"',
      });
    });

    test('refuses to write over a directory', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      const error = await rejection(pebble.client.push(dir, 'x'));
      expect(error).toMatchObject({ code: 'pebble-path', kind: 'generic-file-error' });
    });

    test('finds no file to read', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'missing');
      const error = await rejection(pebble.client.pull(path));
      expect(error).toMatchObject({
        code: 'pebble-path',
        kind: 'not-found',
        path,
        reason: `stat ${path}: no such file or directory`,
      });
    });

    test('refuses to read a directory', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      const error = await rejection(pebble.client.pull(dir));
      expect(error).toMatchObject({
        kind: 'generic-file-error',
        reason: `can only read a regular file: "${dir}"`,
      });
    });

    test('refuses to read a relative path', async ({ pebble }) => {
      const error = await rejection(pebble.client.pull('relative'));
      expect(error).toMatchObject({
        kind: 'generic-file-error',
        reason: 'paths must be absolute, got "relative"',
      });
    });

    test('reads through a symbolic link', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await writeFile(join(dir, 'target'), 'target');
      await symlink(join(dir, 'target'), join(dir, 'link'));
      await expect(pebble.client.pullText(join(dir, 'link'))).resolves.toBe('target');
      await expect(readlink(join(dir, 'link'))).resolves.toBe(join(dir, 'target'));
    });

    test('answers for several files in one reply, the missing one in its trailer', async ({
      pebble,
    }) => {
      const dir = await fresh(pebble.dir);
      await writeFile(join(dir, 'one'), 'first content');
      const query = new URLSearchParams([
        ['action', 'read'],
        ['path', join(dir, 'one')],
        ['path', join(dir, 'missing')],
      ]);
      const reply = await pebble.raw({
        method: 'GET',
        path: `/v1/files?${query.toString()}`,
        headers: { accept: 'multipart/form-data' },
      });
      expect(reply.headers['content-type']).toMatch(/^multipart\/form-data; boundary=.{32,}/);
      expect(reply.text.match(/name="files"/g)).toHaveLength(1);
      expect(reply.text).toContain('first content');
      expect(reply.text.indexOf('name="response"')).toBeGreaterThan(
        reply.text.indexOf('first content'),
      );
      expect(reply.text).toContain('"kind":"not-found"');
    });

    test('refuses to read for a client that takes no forms', async ({ pebble }) => {
      const reply = await pebble.raw({
        method: 'GET',
        path: '/v1/files',
        query: { action: 'read', path: '/etc/hostname' },
      });
      expect(reply.json).toMatchObject(refusal(400, 'must accept multipart/form-data'));
    });

    test('refuses a short boundary', async ({ pebble }) => {
      const reply = await pebble.raw(form('short', '--short--\r\n'));
      expect(reply.json).toMatchObject(refusal(400, 'invalid boundary "short"'));
    });

    test('refuses a form that does not begin with the request', async ({ pebble }) => {
      const reply = await pebble.raw(form(long, part('name="files"; filename="/x"', 'content')));
      expect(reply.json).toMatchObject(
        refusal(400, 'metadata field name must be "request", got "files"'),
      );
    });

    test('refuses a file that the request does not announce', async ({ pebble }) => {
      const announced = join(await fresh(pebble.dir), 'announced');
      const request = JSON.stringify({ action: 'write', files: [{ path: announced }] });
      const reply = await pebble.raw(
        form(
          long,
          part('name="request"', request) + part('name="files"; filename="/other"', 'content'),
        ),
      );
      expect(reply.json).toMatchObject(refusal(400, 'no metadata for path "/other"'));
    });

    test('says which announced file did not come', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'announced');
      const request = JSON.stringify({ action: 'write', files: [{ path }] });
      const reply = await pebble.raw(form(long, part('name="request"', request)));
      expect(reply.json).toMatchObject({
        result: [{ path, error: { message: `no file content for path "${path}"` } }],
      });
    });

    test('refuses another media type', async ({ pebble }) => {
      const reply = await pebble.raw({
        method: 'POST',
        path: '/v1/files',
        headers: { 'content-type': 'text/plain' },
        body: 'x',
      });
      expect(reply.json).toMatchObject(refusal(400, 'invalid media type "text/plain"'));
    });

    test('refuses to write by JSON', async ({ pebble }) => {
      const reply = await pebble.raw(post('/v1/files', { action: 'write' }));
      expect(reply.json).toMatchObject(refusal(400, 'must use multipart with "write" action'));
    });
  });

  describe('files: listing', () => {
    test('lists a directory by name, each with type, size, mode, owner and time', async ({
      pebble,
    }) => {
      const dir = await fresh(pebble.dir);
      await writeFile(join(dir, 'b-file'), 'hello', { mode: 0o640 });
      await mkdir(join(dir, 'a-dir'), { mode: 0o750 });
      await symlink('b-file', join(dir, 'c-link'));
      const files = await pebble.client.listFiles(dir);
      expect(files).toMatchObject([
        { name: 'a-dir', type: 'directory', permissions: 0o750, size: undefined },
        { name: 'b-file', type: 'file', permissions: 0o640, size: 5, path: join(dir, 'b-file') },
        { name: 'c-link', type: 'symlink', size: undefined },
      ]);
      expect(files[1]).toMatchObject({ userId: process.getuid?.(), groupId: process.getgid?.() });
      if (isRoot) expect(files[1]).toMatchObject({ user: 'root', group: 'root' });
      expect(Math.abs(Date.now() - Date.parse(files[1]?.lastModified ?? ''))).toBeLessThan(60_000);
    });

    test('gives times in whole seconds', async ({ pebble }) => {
      const [row] = await pebble.client.listFiles(pebble.dir, { itself: true });
      expect(row?.lastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
    });

    test('describes the directory itself when asked to', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await writeFile(join(dir, 'inside'), '');
      await expect(pebble.client.listFiles(dir, { itself: true })).resolves.toMatchObject([
        { path: dir, type: 'directory' },
      ]);
    });

    test('describes a file that is not a directory', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'file');
      await writeFile(path, 'abc');
      await expect(pebble.client.listFiles(path)).resolves.toMatchObject([
        { path, name: 'file', type: 'file', size: 3 },
      ]);
    });

    test('names the root "/"', async ({ pebble }) => {
      await expect(pebble.client.listFiles('/', { itself: true })).resolves.toMatchObject([
        { path: '/', name: '/', type: 'directory' },
      ]);
    });

    test('follows the symbolic link that it is asked for', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await mkdir(join(dir, 'target'));
      await symlink('target', join(dir, 'link'));
      await expect(
        pebble.client.listFiles(join(dir, 'link'), { itself: true }),
      ).resolves.toMatchObject([{ type: 'directory' }]);
    });

    test('finds nothing behind a dangling symbolic link', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await symlink('nowhere', join(dir, 'link'));
      const error = await rejection(pebble.client.listFiles(join(dir, 'link')));
      expect(error).toMatchObject({ code: 'pebble-path', kind: 'not-found' });
      await expect(pebble.client.listFiles(dir)).resolves.toMatchObject([{ type: 'symlink' }]);
    });

    test('lists only names that match a pattern', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      for (const name of ['a.ini', 'b.ini', 'ab.ini', 'c.txt', '[x].ini']) {
        await writeFile(join(dir, name), '');
      }
      const names = async (pattern: string): Promise<readonly string[]> =>
        (await pebble.client.listFiles(dir, { pattern })).map((file) => file.name);
      await expect(names('*.ini')).resolves.toEqual(['[x].ini', 'a.ini', 'ab.ini', 'b.ini']);
      await expect(names('?.ini')).resolves.toEqual(['a.ini', 'b.ini']);
      await expect(names('[ac].*')).resolves.toEqual(['a.ini', 'c.txt']);
      await expect(names('[^a].ini')).resolves.toEqual(['b.ini']);
      await expect(names('\\[x\\].ini')).resolves.toEqual(['[x].ini']);
      await expect(names('none*')).resolves.toEqual([]);
    });

    test('applies the pattern to a single row, too', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'file.txt');
      await writeFile(path, '');
      await expect(pebble.client.listFiles(path, { pattern: '*.ini' })).resolves.toEqual([]);
    });

    test('refuses a broken pattern', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await writeFile(join(dir, 'x'), '');
      const error = await rejection(pebble.client.listFiles(dir, { pattern: '[' }));
      expect(error).toMatchObject({ reason: 'syntax error in pattern' });
    });

    test('finds nothing to list', async ({ pebble }) => {
      const path = join(pebble.dir, 'missing');
      const error = await rejection(pebble.client.listFiles(path));
      expect(error).toMatchObject({
        code: 'pebble-path',
        path,
        kind: 'not-found',
        reason: `stat ${path}: no such file or directory`,
      });
      expect(error).toHaveProperty('cause.status', 404);
    });

    test('refuses to list a relative path', async ({ pebble }) => {
      const error = await rejection(pebble.client.listFiles('relative'));
      expect(error).toBeInstanceOf(PebbleApiError);
      expect(error).toMatchObject({ status: 400, reason: 'path must be absolute, got "relative"' });
    });

    test('refuses an unknown action', async ({ pebble }) => {
      const reply = await pebble.raw({
        method: 'GET',
        path: '/v1/files',
        query: { action: 'burn', path: '/' },
      });
      expect(reply.json).toMatchObject(refusal(400, 'invalid action "burn"'));
    });
  });

  describe('files: directories and removing', () => {
    test('makes a directory with permissions 755 unless told otherwise', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await pebble.client.makeDir(join(dir, 'plain'));
      await pebble.client.makeDir(join(dir, 'private'), { permissions: 0o700 });
      await pebble.client.makeDir(join(dir, 'open'), { permissions: 0o777 });
      expect((await stat(join(dir, 'plain'))).mode & 0o777).toBe(0o755);
      expect((await stat(join(dir, 'private'))).mode & 0o777).toBe(0o700);
      expect((await stat(join(dir, 'open'))).mode & 0o777).toBe(0o777);
    });

    test('refuses to make a directory that exists', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      const error = await rejection(pebble.client.makeDir(dir));
      expect(error).toMatchObject({
        code: 'pebble-path',
        kind: 'generic-file-error',
        reason: `mkdir ${dir}: file exists`,
      });
    });

    test('accepts an existing directory with makeParents and leaves its mode', async ({
      pebble,
    }) => {
      const dir = await fresh(pebble.dir);
      await mkdir(join(dir, 'there'), { mode: 0o711 });
      await pebble.client.makeDir(join(dir, 'there'), { makeParents: true, permissions: 0o700 });
      expect((await stat(join(dir, 'there'))).mode & 0o777).toBe(0o711);
    });

    test('finds no parent to make a directory in', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      const error = await rejection(pebble.client.makeDir(join(dir, 'a', 'b')));
      expect(error).toMatchObject({ kind: 'not-found' });
    });

    test('makes missing parents with the permissions of the leaf', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await pebble.client.makeDir(join(dir, 'a', 'b'), { makeParents: true, permissions: 0o750 });
      expect((await stat(join(dir, 'a'))).mode & 0o777).toBe(0o750);
      expect((await stat(join(dir, 'a', 'b'))).mode & 0o777).toBe(0o750);
    });

    test.skipIf(!isRoot)('gives directories to the owner', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'owned');
      await pebble.client.makeDir(path, { user: 'daemon' });
      expect(await stat(path)).toMatchObject({ uid: 1, gid: 1 });
    });

    test('refuses to make a directory below a file', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await writeFile(join(dir, 'file'), '');
      const error = await rejection(
        pebble.client.makeDir(join(dir, 'file', 'below'), { makeParents: true }),
      );
      expect(error).toMatchObject({ kind: 'generic-file-error' });
    });

    test('refuses to make a relative directory', async ({ pebble }) => {
      const error = await rejection(pebble.client.makeDir('relative'));
      expect(error).toMatchObject({
        kind: 'generic-file-error',
        reason: 'paths must be absolute, got "relative"',
      });
    });

    test('answers for each directory of a request', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      const good = join(dir, 'good');
      const reply = await pebble.raw(
        post('/v1/files', { action: 'make-dirs', dirs: [{ path: dir }, { path: good }] }),
      );
      expect(reply.json).toMatchObject({
        type: 'sync',
        result: [{ path: dir, error: { kind: 'generic-file-error' } }, { path: good }],
      });
    });

    test('removes a file and an empty directory', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await writeFile(join(dir, 'file'), '');
      await pebble.client.removePath(join(dir, 'file'));
      await pebble.client.removePath(dir);
      expect(await rejection(stat(dir))).toMatchObject({ code: 'ENOENT' });
    });

    test('refuses to remove a directory that is not empty', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await writeFile(join(dir, 'file'), '');
      const error = await rejection(pebble.client.removePath(dir));
      expect(error).toMatchObject({
        code: 'pebble-path',
        kind: 'generic-file-error',
        reason: `remove ${dir}: directory not empty`,
      });
    });

    test('removes a directory with all that is in it', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await mkdir(join(dir, 'a', 'b'), { recursive: true });
      await writeFile(join(dir, 'a', 'b', 'file'), '');
      await pebble.client.removePath(dir, { recursive: true });
      expect(await rejection(stat(dir))).toMatchObject({ code: 'ENOENT' });
    });

    test('finds nothing to remove', async ({ pebble }) => {
      const path = join(await fresh(pebble.dir), 'missing');
      const error = await rejection(pebble.client.removePath(path));
      expect(error).toMatchObject({ kind: 'not-found', path });
      await pebble.client.removePath(path, { recursive: true });
    });

    test('removes a symbolic link and not its target', async ({ pebble }) => {
      const dir = await fresh(pebble.dir);
      await mkdir(join(dir, 'target'));
      await writeFile(join(dir, 'target', 'file'), '');
      await symlink('target', join(dir, 'link'));
      await pebble.client.removePath(join(dir, 'link'), { recursive: true });
      await expect(readFile(join(dir, 'target', 'file'), 'utf8')).resolves.toBe('');
    });

    test('refuses an unknown action on files', async ({ pebble }) => {
      const reply = await pebble.raw(post('/v1/files', { action: 'burn' }));
      expect(reply.json).toMatchObject(refusal(400, 'invalid action "burn"'));
    });
  });
}

const long = 'a-boundary-that-is-long-enough-for-pebble';

function part(disposition: string, content: string): string {
  return `--${long}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
}

function form(boundary: string, body: string): PebbleRequest {
  return {
    method: 'POST',
    path: '/v1/files',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: `${body}--${boundary}--\r\n`,
  };
}
