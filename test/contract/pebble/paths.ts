import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';

import { PebbleTransferError, type TransferProgress } from '../../../src/pebble/index.ts';
import { matching, rejection, type PebbleTests } from './implementation.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

/** What stands below a directory, by path: directories by their mode, files with their content. */
type Tree = Readonly<Record<string, string>>;

async function treeOf(dir: string, prefix = ''): Promise<Tree> {
  const tree: Record<string, string> = {};
  for (const { name } of await readdir(join(dir, prefix), { withFileTypes: true })) {
    const relative = join(prefix, name);
    const path = join(dir, relative);
    const status = await lstat(path);
    const mode = (status.mode & 0o777).toString(8);
    if (status.isDirectory()) Object.assign(tree, await treeOf(dir, relative));
    if (status.isDirectory()) tree[`${relative}/`] = mode;
    else if (status.isSymbolicLink()) tree[relative] = `-> ${await readlink(path)}`;
    else tree[relative] = `${mode} ${await readFile(path, 'latin1')}`;
  }
  return tree;
}

/** The failures of a transfer, by path. */
async function failuresOf(transfer: Promise<void>): Promise<Readonly<Record<string, string>>> {
  const error = await rejection(transfer);
  if (!(error instanceof PebbleTransferError)) throw error;
  return Object.fromEntries(error.failures.map(({ path, cause }) => [path, cause.reason]));
}

/** A tree with something of everything that both directions carry. */
async function plant(dir: string): Promise<void> {
  await mkdir(join(dir, 'tree', 'deep', 'deeper'), { recursive: true });
  await mkdir(join(dir, 'tree', 'empty'));
  await mkdir(join(dir, 'tree', 'private'), { mode: 0o700 });
  await writeFile(join(dir, 'tree', 'private', 'key'), 'secret', { mode: 0o600 });
  await writeFile(join(dir, 'tree', 'script'), '#!/bin/sh\n');
  await chmod(join(dir, 'tree', 'script'), 0o755);
  await writeFile(join(dir, 'tree', 'nothing'), '');
  await writeFile(join(dir, 'tree', 'deep', 'deeper', 'large'), Buffer.alloc(3_000_000, 'abc'));
  await writeFile(join(dir, 'tree', 'deep', 'medium'), Buffer.alloc(100_000, 'xyz'));
  for (const name of [
    'with space',
    'with "quotes"',
    'ünïcödé-🎷',
    'with\nnewline',
    'a%0Ab',
    'a\nb',
  ]) {
    await writeFile(join(dir, 'tree', 'deep', name), name);
  }
}

/** A tree with links of every kind. */
async function plantLinks(from: string): Promise<void> {
  await mkdir(join(from, 'd', 'real'), { recursive: true });
  await writeFile(join(from, 'd', 'real', 'file'), 'x', { mode: 0o640 });
  await symlink('real/file', join(from, 'd', 'to a file'));
  await symlink('real', join(from, 'd', 'to a dir'));
  await symlink('nowhere', join(from, 'd', 'dangling'));
}

/** Whom a directory and the file in it belong to. */
async function owners(dir: string): Promise<readonly number[]> {
  const [outer, inner] = [await lstat(join(dir, 'd')), await lstat(join(dir, 'd', 'file'))];
  return [outer.uid, outer.gid, inner.uid, inner.gid];
}

export function describePaths({ shared: test }: PebbleTests): void {
  let count = 0;
  /** Directories for a transfer: one for each end, and one more. */
  const fresh = async (dir: string): Promise<readonly [from: string, to: string, back: string]> => {
    count += 1;
    const base = join(dir, `paths-${count}`);
    const dirs = [join(base, 'from'), join(base, 'to'), join(base, 'back')] as const;
    for (const each of dirs) await mkdir(each, { recursive: true });
    return dirs;
  };

  describe('files: whole directories', () => {
    test('pushes a directory with all that is in it, and pulls it back the same', async ({
      pebble,
    }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await plant(from);
      await pebble.client.pushPath(join(from, 'tree'), to);
      const planted = await treeOf(from);
      await expect(treeOf(to)).resolves.toEqual(planted);
      await pebble.client.pullPath(join(to, 'tree'), back);
      await expect(treeOf(back)).resolves.toEqual(planted);
    });

    test('puts a directory into the destination, and of one that ends in /* what is in it', async ({
      pebble,
    }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await mkdir(join(from, 'foo', 'bar'), { recursive: true });
      await writeFile(join(from, 'foo', 'bar', 'baz.txt'), 'baz');
      await writeFile(join(from, 'quux.txt'), 'quux');
      const named = ['bar/', 'bar/baz.txt'];
      const both = [...named, 'quux.txt'];
      for (const [sources, paths] of [
        [join(from, 'foo', 'bar'), named],
        [`${join(from, 'foo', 'bar')}/`, named],
        [join(from, 'foo', '*'), named],
        [`${join(from, 'foo')}/.`, named],
        [`${join(from, 'foo', 'bar', '..')}/bar`, named],
        [join(from, 'quux.txt'), ['quux.txt']],
        [[join(from, 'foo', 'bar'), join(from, 'quux.txt')], both],
        [[], []],
      ] as const) {
        const [, empty] = await fresh(pebble.dir);
        await pebble.client.pushPath(sources, join(empty, 'new', 'dir'));
        await pebble.client.pullPath(sources, join(back, 'new'));
        const pushed = sources.length === 0 ? empty : join(empty, 'new', 'dir');
        expect(Object.keys(await treeOf(pushed)).sort()).toEqual(paths);
        if (sources.length > 0) {
          expect(Object.keys(await treeOf(join(back, 'new')))).toEqual(
            expect.arrayContaining([...paths]),
          );
        }
      }
      expect(Object.keys(await treeOf(to))).toEqual([]);
    });

    test('carries an empty directory, and makes the destination for what is in one', async ({
      pebble,
    }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await mkdir(join(from, 'empty'));
      await pebble.client.pushPath([join(from, 'empty'), join(from, 'empty', '*')], join(to, 'x'));
      await expect(treeOf(to)).resolves.toEqual({ 'x/': '755', 'x/empty/': '755' });
      await pebble.client.pullPath([join(to, 'x', '*')], join(back, 'y'));
      expect(Object.keys(await treeOf(back)).sort()).toEqual(['y/', 'y/empty/']);
    });

    test('fills a directory that is there, replaces files, and leaves the rest alone', async ({
      pebble,
    }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await mkdir(join(from, 'd'), { mode: 0o755 });
      await writeFile(join(from, 'd', 'file'), 'new', { mode: 0o644 });
      for (const dir of [to, back]) {
        await mkdir(join(dir, 'd'), { mode: 0o750 });
        await writeFile(join(dir, 'd', 'file'), 'old', { mode: 0o600 });
        await writeFile(join(dir, 'd', 'other'), 'other', { mode: 0o600 });
      }
      const expected = { 'd/': '750', 'd/file': '644 new', 'd/other': '600 other' };
      await pebble.client.pushPath(join(from, 'd'), to);
      await expect(treeOf(to)).resolves.toEqual(expected);
      await pebble.client.pullPath(join(from, 'd'), back);
      await expect(treeOf(back)).resolves.toEqual(expected);
    });

    test('gives files and directories the permissions that it is told', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await mkdir(join(from, 'd'));
      await writeFile(join(from, 'd', 'file'), 'x', { mode: 0o644 });
      const options = { filePermissions: 0o640, directoryPermissions: 0o710 };
      const expected = { 'd/': '710', 'd/file': '640 x' };
      await pebble.client.pushPath(join(from, 'd'), to, options);
      await expect(treeOf(to)).resolves.toEqual(expected);
      await pebble.client.pullPath(join(from, 'd'), back, options);
      await expect(treeOf(back)).resolves.toEqual(expected);
    });

    test('fills a directory whose owner may not write into it', async ({ pebble }) => {
      const [from, , back] = await fresh(pebble.dir);
      await mkdir(join(from, 'd', 'inner'), { recursive: true });
      await writeFile(join(from, 'd', 'inner', 'file'), 'x');
      await chmod(join(from, 'd', 'inner'), 0o555);
      await chmod(join(from, 'd'), 0o555);
      await pebble.client.pullPath(join(from, 'd'), back);
      await expect(treeOf(back)).resolves.toMatchObject({
        'd/': '555',
        'd/inner/': '555',
        'd/inner/file': matching(/x$/),
      });
    });

    test.skipIf(!isRoot)('keeps owners, or gives all to one, when asked to', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await mkdir(join(from, 'd'));
      await writeFile(join(from, 'd', 'file'), 'x');
      await chown(join(from, 'd'), 12_345, 23_456);
      await chown(join(from, 'd', 'file'), 12_346, 23_457);
      await pebble.client.pushPath(join(from, 'd'), join(to, 'plain'));
      await expect(owners(join(to, 'plain'))).resolves.toEqual([0, 0, 0, 0]);
      await pebble.client.pushPath(join(from, 'd'), join(to, 'kept'), { keepOwners: true });
      await expect(owners(join(to, 'kept'))).resolves.toEqual([12_345, 23_456, 12_346, 23_457]);
      await pebble.client.pushPath(join(from, 'd'), join(to, 'given'), { user: 'daemon' });
      await expect(owners(join(to, 'given'))).resolves.toEqual([1, 1, 1, 1]);
      await pebble.client.pullPath(join(from, 'd'), join(back, 'plain'));
      await expect(owners(join(back, 'plain'))).resolves.toEqual([0, 0, 0, 0]);
      await pebble.client.pullPath(join(from, 'd'), join(back, 'kept'), { keepOwners: true });
      await expect(owners(join(back, 'kept'))).resolves.toEqual([12_345, 23_456, 12_346, 23_457]);
    });

    test('tells how far each file is', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await mkdir(join(from, 'd'));
      await writeFile(join(from, 'd', 'large'), Buffer.alloc(2_000_000));
      await writeFile(join(from, 'd', 'small'), 'abc');
      for (const [carry, dest] of [
        [pebble.client.pushPath.bind(pebble.client), to],
        [pebble.client.pullPath.bind(pebble.client), back],
      ] as const) {
        const told: TransferProgress[] = [];
        await carry(join(from, 'd'), dest, { onProgress: (progress) => told.push(progress) });
        const ofLarge = told.filter(({ source }) => source === join(from, 'd', 'large'));
        const bytes = ofLarge.map((progress) => progress.bytes);
        expect(bytes).toEqual([...bytes].sort((one, other) => one - other));
        expect(ofLarge.filter(({ finished }) => finished)).toHaveLength(1);
        expect(ofLarge.length).toBeGreaterThan(3);
        expect(ofLarge.at(-1)).toEqual({
          source: join(from, 'd', 'large'),
          destination: join(dest, 'd', 'large'),
          bytes: 2_000_000,
          size: 2_000_000,
          finished: true,
        });
        expect(told.findLast(({ source }) => source === join(from, 'd', 'small'))).toMatchObject({
          bytes: 3,
          size: 3,
          finished: true,
        });
      }
    });
  });

  describe('files: whole directories with something wrong in them', () => {
    test('tells of every source that is missing, and carries the others', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await writeFile(join(from, 'there'), 'x');
      await writeFile(join(from, 'there too'), 'x');
      const sources = ['gone', 'there', 'gone too', 'there too'].map((name) => join(from, name));
      for (const carry of [
        () => pebble.client.pushPath(sources, to),
        () => pebble.client.pullPath(sources, back),
      ]) {
        const error = await rejection(carry());
        expect(error).toBeInstanceOf(PebbleTransferError);
        expect(error).toMatchObject({
          code: 'pebble-transfer',
          message: matching(/: 2 of its files or directories failed, the others are there:\n- /),
          failures: [
            { path: sources[0], cause: { code: 'pebble-path', kind: 'not-found' } },
            { path: sources[2], cause: { code: 'pebble-path', kind: 'not-found' } },
          ],
        });
      }
      expect((await readdir(to)).sort()).toEqual(['there', 'there too']);
      expect((await readdir(back)).sort()).toEqual(['there', 'there too']);
    });

    test('tells of a directory that cannot be made once, and carries what is beside it', async ({
      pebble,
    }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await mkdir(join(from, 'd', 'blocked', 'inner'), { recursive: true });
      await writeFile(join(from, 'd', 'blocked', 'inner', 'file'), 'x');
      await writeFile(join(from, 'd', 'blocked', 'large'), Buffer.alloc(1_100_000));
      await writeFile(join(from, 'd', 'good'), 'x');
      for (const dir of [to, back]) {
        await mkdir(join(dir, 'd'));
        await writeFile(join(dir, 'd', 'blocked'), 'a file is in the way');
      }
      for (const [carry, dest] of [
        [() => pebble.client.pushPath(join(from, 'd'), to), to],
        [() => pebble.client.pullPath(join(from, 'd'), back), back],
      ] as const) {
        expect(Object.keys(await failuresOf(carry()))).toEqual([join(from, 'd', 'blocked')]);
        expect((await readdir(join(dest, 'd'))).sort()).toEqual(['blocked', 'good']);
        await expect(readFile(join(dest, 'd', 'blocked'), 'utf8')).resolves.toContain('in the way');
      }
    });

    test('does not put a file in the place of a directory', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await writeFile(join(from, 'a'), 'x');
      await writeFile(join(from, 'b'), Buffer.alloc(1_100_000));
      for (const dir of [to, back]) {
        await mkdir(join(dir, 'a'));
        await mkdir(join(dir, 'b'));
      }
      const failed = [join(from, 'a'), join(from, 'b')];
      for (const carry of [
        () => pebble.client.pushPath(`${from}/*`, to),
        () => pebble.client.pullPath(`${from}/*`, back),
      ]) {
        expect(Object.keys(await failuresOf(carry()))).toEqual(failed);
      }
      for (const dir of [to, back]) expect((await readdir(dir)).sort()).toEqual(['a', 'b']);
    });

    test('tells of a name that Pebble cannot write, and carries the others', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await mkdir(join(from, '*'));
      await writeFile(join(from, '*', 'a*b'), 'x');
      await writeFile(join(from, '*', 'ab'), 'x');
      expect(await failuresOf(pebble.client.pushPath(`${from}/*`, to))).toEqual({
        [join(from, '*', 'a*b')]: matching(/filename containing '\*'/),
      });
      expect(Object.keys(await treeOf(to)).sort()).toEqual(['*/', '*/ab']);
      await pebble.client.pullPath(`${from}/*`, back);
      expect(Object.keys(await treeOf(back)).sort()).toEqual(['*/', '*/a*b', '*/ab']);
    });

    test('says that a path in the container must be absolute', async ({ pebble }) => {
      const [from, , back] = await fresh(pebble.dir);
      await writeFile(join(from, 'file'), 'x');
      const reason = 'paths must be absolute, got "relative"';
      expect(await failuresOf(pebble.client.pushPath(join(from, 'file'), 'relative'))).toEqual({
        [join(from, 'file')]: reason,
      });
      expect(await failuresOf(pebble.client.pullPath('relative', back))).toEqual({
        relative: reason,
      });
    });

    test('says of a file that it has nothing in it to carry', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await writeFile(join(from, 'file'), 'x');
      const source = join(from, 'file', '*');
      for (const carry of [
        () => pebble.client.pushPath(source, to),
        () => pebble.client.pullPath(source, back),
      ]) {
        expect(await failuresOf(carry())).toEqual({
          [join(from, 'file')]: 'it is not a directory',
        });
      }
    });

    test('reads no pipe and no socket, and tells of them', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await run('mkfifo', [join(from, 'pipe')]);
      await symlink('pipe', join(from, 'to the pipe'));
      await writeFile(join(from, 'file'), 'x');
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(join(from, 'socket'), resolve));
      const told = {
        [join(from, 'pipe')]: matching(/type "named-pipe"/),
        [join(from, 'to the pipe')]: matching(/type "named-pipe"/),
        [join(from, 'socket')]: matching(/type "socket"/),
      };
      expect(await failuresOf(pebble.client.pushPath(`${from}/*`, to))).toEqual(told);
      expect(await failuresOf(pebble.client.pullPath(`${from}/*`, back))).toEqual(told);
      expect(await failuresOf(pebble.client.pushPath(join(from, 'pipe'), to))).toMatchObject({});
      await new Promise((resolve) => server.close(resolve));
      await expect(readdir(to)).resolves.toEqual(['file']);
      await expect(readdir(back)).resolves.toEqual(['file']);
    });

    test('follows no link that is in the destination already', async ({ pebble }) => {
      const [from, outside, back] = await fresh(pebble.dir);
      await mkdir(join(from, 'dir'));
      await writeFile(join(from, 'dir', 'file'), 'new');
      await writeFile(join(from, 'file'), 'new');
      await writeFile(join(outside, 'file'), 'old');
      await symlink(outside, join(back, 'dir'));
      await symlink(join(outside, 'file'), join(back, 'file'));
      expect(await failuresOf(pebble.client.pullPath(`${from}/*`, back))).toEqual({
        [join(from, 'dir')]: 'a symbolic link is in its place',
      });
      await expect(readFile(join(outside, 'file'), 'utf8')).resolves.toBe('old');
      await expect(readdir(outside)).resolves.toEqual(['file']);
      expect((await lstat(join(back, 'file'))).isFile()).toBe(true);
      await expect(readFile(join(back, 'file'), 'utf8')).resolves.toBe('new');
    });

    test('leaves no temporary file behind when it is aborted', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await writeFile(join(from, 'large'), Buffer.alloc(30_000_000));
      for (const carry of [
        pebble.client.pushPath.bind(pebble.client, `${from}/*`, to),
        pebble.client.pullPath.bind(pebble.client, `${from}/*`, back),
      ]) {
        const caller = new AbortController();
        const error = await rejection(
          carry({ signal: caller.signal, onProgress: () => caller.abort(new Error('enough')) }),
        );
        expect(error).toMatchObject({ code: 'pebble-abort', cause: { message: 'enough' } });
      }
      await expect(readdir(back)).resolves.toEqual([]);
      await expect(pebble.client.systemInfo()).resolves.toHaveProperty('version');
    });
  });

  describe('files: symbolic links in whole directories', () => {
    const real = { 'd/': matching(/7/), 'd/real/': matching(/7/), 'd/real/file': '640 x' };

    test('follows them unless told otherwise, and tells of those that lead nowhere', async ({
      pebble,
    }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await plantLinks(from);
      for (const [carry, dest] of [
        [() => pebble.client.pushPath(join(from, 'd'), to), to],
        [() => pebble.client.pullPath(join(from, 'd'), back), back],
      ] as const) {
        const error = await rejection(carry());
        expect(error).toMatchObject({
          failures: [{ path: join(from, 'd', 'dangling'), cause: { kind: 'not-found' } }],
        });
        await expect(treeOf(dest)).resolves.toEqual({
          ...real,
          'd/to a file': '640 x',
          'd/to a dir/': matching(/7/),
          'd/to a dir/file': '640 x',
        });
      }
    });

    test('follows those that lead round in a circle once', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await mkdir(join(from, 'd'));
      await writeFile(join(from, 'd', 'file'), 'x');
      await symlink('.', join(from, 'd', 'loop'));
      for (const [carry, dest] of [
        [() => pebble.client.pushPath(join(from, 'd'), to), to],
        [() => pebble.client.pullPath(join(from, 'd'), back), back],
      ] as const) {
        expect(await failuresOf(carry())).toEqual({
          [join(from, 'd', 'loop', 'loop')]: matching(/round in a circle/),
        });
        expect(Object.keys(await treeOf(dest)).sort()).toEqual([
          'd/',
          'd/file',
          'd/loop/',
          'd/loop/file',
        ]);
      }
    });

    test('follows a source that is one', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await plantLinks(from);
      const sources = [join(from, 'd', 'to a dir'), join(from, 'd', 'to a file')];
      const expected = {
        'to a dir/': matching(/7/),
        'to a dir/file': '640 x',
        'to a file': '640 x',
      };
      await pebble.client.pushPath(sources, to, { symlinks: 'fail' });
      await expect(treeOf(to)).resolves.toEqual(expected);
      await pebble.client.pullPath(sources, back, { symlinks: 'fail' });
      await expect(treeOf(back)).resolves.toEqual(expected);
    });

    test('leaves them out, silently or not', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await plantLinks(from);
      await pebble.client.pushPath(join(from, 'd'), to, { symlinks: 'skip' });
      await expect(treeOf(to)).resolves.toEqual(real);
      await pebble.client.pullPath(join(from, 'd'), back, { symlinks: 'skip' });
      await expect(treeOf(back)).resolves.toEqual(real);
      const failures = {
        [join(from, 'd', 'dangling')]: 'it is a symbolic link',
        [join(from, 'd', 'to a dir')]: 'it is a symbolic link',
        [join(from, 'd', 'to a file')]: 'it is a symbolic link',
      };
      const failing = { symlinks: 'fail' } as const;
      expect(await failuresOf(pebble.client.pushPath(`${from}/*`, to, failing))).toEqual(failures);
      expect(await failuresOf(pebble.client.pullPath(`${from}/*`, back, failing))).toEqual(
        failures,
      );
    });

    test('keeps them, with programs of the container', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await plantLinks(from);
      await symlink('-n odd\ntarget ', join(from, 'd', '-odd'));
      const expected = {
        ...real,
        'd/to a file': '-> real/file',
        'd/to a dir': '-> real',
        'd/dangling': '-> nowhere',
        'd/-odd': '-> -n odd\ntarget ',
      };
      // What is in the way is replaced, a directory apart.
      for (const dir of [to, back]) {
        await mkdir(join(dir, 'd'));
        await symlink('elsewhere', join(dir, 'd', 'to a file'));
        await symlink('.', join(dir, 'd', 'to a dir'));
      }
      await pebble.client.pushPath(join(from, 'd'), to, { symlinks: 'keep' });
      await expect(treeOf(to)).resolves.toEqual(expected);
      await pebble.client.pullPath(join(from, 'd'), back, { symlinks: 'keep' });
      await expect(treeOf(back)).resolves.toEqual(expected);
    });

    test('tells of a kept one whose place a directory has', async ({ pebble }) => {
      const [from, to, back] = await fresh(pebble.dir);
      await symlink('target', join(from, 'link'));
      for (const dir of [to, back]) await mkdir(join(dir, 'link'));
      const keep = { symlinks: 'keep' } as const;
      expect(await failuresOf(pebble.client.pushPath(`${from}/*`, to, keep))).toEqual({
        [join(from, 'link')]: matching(/directory/),
      });
      expect(await failuresOf(pebble.client.pullPath(`${from}/*`, back, keep))).toEqual({
        [join(from, 'link')]: matching(/EISDIR/),
      });
      for (const dir of [to, back]) await expect(readdir(join(dir, 'link'))).resolves.toEqual([]);
    });
  });
}
