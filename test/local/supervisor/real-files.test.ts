import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';

import { PathMap } from '../../../src/local/supervisor/path-map.ts';
import { realFileSystem } from '../../../src/local/supervisor/real-file-system.ts';
import type { FileSystem } from '../../../src/simulator/pebble/file-system.ts';

const test = base.extend<{ dir: string; mapped: FileSystem }>({
  // eslint-disable-next-line no-empty-pattern -- the form that vitest asks for
  dir: async ({}, use) => {
    const dir = await mkdtemp(join(tmpdir(), 'files-'));
    await use(dir);
    await rm(dir, { recursive: true, force: true });
  },
  mapped: async ({ dir }, use) => {
    await mkdir(join(dir, 'pod'));
    await use(
      realFileSystem({
        paths: new PathMap([{ from: '/var/lib/data', to: join(dir, 'pod') }]),
        recordOwners: true,
      }),
    );
  },
});

const plain = realFileSystem({ paths: new PathMap([]), recordOwners: false });

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('new');
  throw new Error('the client has gone');
}

async function* textBody(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield Buffer.from(text);
  }
}

test('a write that breaks leaves the old content and no temporary file', async ({ dir }) => {
  const path = join(dir, 'a');
  await writeFile(path, 'old');
  await expect(plain.write(path, broken(), { permissions: 0o644 })).rejects.toThrow(
    'the client has gone',
  );
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(dir)).toEqual(['a']);
});

test('permissions are as asked, whatever the umask', async ({ dir }) => {
  const before = process.umask(0o077);
  try {
    await plain.write(join(dir, 'a'), textBody('x'), { permissions: 0o666 });
    await plain.makeDirectory(join(dir, 'd'), { permissions: 0o777 });
  } finally {
    process.umask(before);
  }
  expect((await plain.stat(join(dir, 'a'))).permissions).toBe(0o666);
  expect((await plain.stat(join(dir, 'd'))).permissions).toBe(0o777);
});

test('a mapped path is read and written where it is mapped to', async ({ dir, mapped }) => {
  await mapped.write('/var/lib/data/x', textBody('a', 'b'), { permissions: 0o600 });
  expect(await readFile(join(dir, 'pod', 'x'), 'utf8')).toBe('ab');
  expect(await mapped.list('/var/lib/data')).toEqual(['x']);
});

test('owners that cannot be given are remembered and shown', async ({ mapped }) => {
  await mapped.write('/var/lib/data/x', textBody('a'), {
    permissions: 0o600,
    owner: { userId: 4242, groupId: 4343 },
  });
  expect(await mapped.stat('/var/lib/data/x')).toMatchObject({ userId: 4242, groupId: 4343 });
  await mapped.remove('/var/lib/data/x');
  await mapped.write('/var/lib/data/x', textBody('a'), { permissions: 0o600 });
  expect(await mapped.stat('/var/lib/data/x')).toMatchObject({ userId: process.getuid?.() });
});

test('nothing outside of the mapped folders is changed, however it is named', async ({
  dir,
  mapped,
}) => {
  const outside = join(dir, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'file'), 'mine');
  await symlink(outside, join(dir, 'pod', 'way-out'));
  for (const path of [
    join(outside, 'file'),
    `/var/lib/data/../../..${outside}/file`,
    '/var/lib/data/way-out/file',
  ]) {
    const refused = { errorName: 'EROFS' };
    await expect(mapped.write(path, textBody('x'), { permissions: 0o644 })).rejects.toMatchObject(
      refused,
    );
    await expect(mapped.remove(path)).rejects.toMatchObject(refused);
    await expect(mapped.removeAll(path)).rejects.toMatchObject(refused);
    await expect(mapped.makeDirectory(`${path}-d`, { permissions: 0o755 })).rejects.toMatchObject(
      refused,
    );
  }
  expect(await readFile(join(outside, 'file'), 'utf8')).toBe('mine');
  expect(await readdir(outside)).toEqual(['file']);
});

test('a link in a mapped folder can itself be removed', async ({ dir, mapped }) => {
  await symlink('/etc/passwd', join(dir, 'pod', 'link'));
  await mapped.remove('/var/lib/data/link');
  expect(await readdir(join(dir, 'pod'))).toEqual([]);
});

test('what a link left for a new directory leads to keeps its permissions', async ({
  dir,
  mapped,
}) => {
  const outside = join(dir, 'outside');
  await mkdir(outside, { mode: 0o700 });
  await symlink(outside, join(dir, 'pod', 'new.mkdir-new'));
  await expect(
    mapped.makeDirectory('/var/lib/data/new', { permissions: 0o777 }),
  ).rejects.toMatchObject({ errorName: 'EEXIST' });
  expect((await stat(outside)).mode & 0o777).toBe(0o700);
});

test('a write through a link to what is not there yet makes nothing outside', async ({
  dir,
  mapped,
}) => {
  const outside = join(dir, 'outside');
  await symlink(outside, join(dir, 'pod', 'later'));
  const path = '/var/lib/data/later/x';
  await expect(mapped.write(path, textBody('x'), { permissions: 0o644 })).rejects.toMatchObject({
    errorName: 'ENOENT',
  });
  await expect(
    mapped.makeDirectory('/var/lib/data/later', { permissions: 0o755 }),
  ).rejects.toMatchObject({ errorName: 'ENOTDIR' });
  expect(await readdir(dir)).toEqual(['pod']);
});

test('a mapped folder can itself be removed and made, whatever its name on the machine', async ({
  dir,
  mapped,
}) => {
  await mapped.removeAll('/var/lib/data');
  expect(await readdir(dir)).toEqual([]);
  await mapped.makeDirectory('/var/lib/data', { permissions: 0o750 });
  expect(await readdir(dir)).toEqual(['pod']);
});

test('a write that breaks leaves the owner that was remembered', async ({ mapped }) => {
  const path = '/var/lib/data/x';
  const owner = { userId: 4242, groupId: 4343 };
  await mapped.write(path, textBody('a'), { permissions: 0o600, owner });
  const other = { userId: 1, groupId: 1 };
  await expect(mapped.write(path, broken(), { permissions: 0o600, owner: other })).rejects.toThrow(
    'the client has gone',
  );
  expect(await mapped.stat(path)).toMatchObject(owner);
});
