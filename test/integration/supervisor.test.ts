import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base, expect, vi } from 'vitest';

import { PebbleClient, UnixSocketTransport } from '../../src/pebble/index.ts';

const program = resolve(import.meta.dirname, '../../dist/local/supervisor/daemon.js');

interface Daemon {
  readonly process: ChildProcessWithoutNullStreams;
  readonly client: PebbleClient;
}

interface Fixture {
  dir: string;
  start: (...flags: string[]) => Promise<Daemon>;
}

const test = base.extend<Fixture>({
  // eslint-disable-next-line no-empty-pattern -- the form that vitest asks for
  dir: async ({}, use) => {
    const dir = await mkdtemp(join(tmpdir(), 'sup-'));
    await mkdir(join(dir, 'layers'));
    await use(dir);
    await rm(dir, { recursive: true, force: true });
  },
  start: async ({ dir }, use) => {
    const daemons: Daemon[] = [];
    await use(async (...flags) => {
      const socket = join(dir, 's');
      const child = spawn(process.execPath, [
        program,
        '--socket',
        socket,
        '--layers',
        join(dir, 'layers'),
        ...flags,
      ]);
      const daemon = { process: child, client: new PebbleClient(new UnixSocketTransport(socket)) };
      daemons.push(daemon);
      await once(child.stdout, 'data');
      return daemon;
    });
    for (const { process, client } of daemons) {
      await client.close();
      if (process.exitCode === null && process.signalCode === null) {
        process.kill('SIGTERM');
        await once(process, 'exit');
      }
    }
  },
});

/** A service that writes its own process id and that of a child to a file, and runs on. */
function family(path: string): string {
  return `services: {family: {override: replace, startup: enabled, command: sh -c 'sleep 1000 & echo $$ $! > ${path}; wait'}}`;
}

async function pidsIn(path: string): Promise<number[]> {
  return vi.waitFor(async () => {
    const pids = (await readFile(path, 'utf8')).trim().split(' ').map(Number);
    expect(pids).toHaveLength(2);
    return pids;
  });
}

async function running(pids: readonly number[]): Promise<number[]> {
  const states = await Promise.all(
    pids.map(async (pid) => {
      try {
        return /^State:\s*(\S)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 'X';
      } catch {
        return 'X';
      }
    }),
  );
  return pids.filter((_pid, index) => !['X', 'Z'].includes(states[index] ?? 'X'));
}

test('starts what its layers enable, and takes it all along when it is told to end', async ({
  dir,
  start,
}) => {
  await writeFile(join(dir, 'layers', '001-base.yaml'), family(join(dir, 'pids')));
  const daemon = await start();
  const pids = await pidsIn(join(dir, 'pids'));
  expect(await running(pids)).toEqual(pids);
  daemon.process.kill('SIGTERM');
  expect(await once(daemon.process, 'exit')).toEqual([0, null]);
  expect(await running(pids)).toEqual([]);
});

test('holds its services when asked to', async ({ dir, start }) => {
  await writeFile(join(dir, 'layers', '001-base.yaml'), family(join(dir, 'pids')));
  const { client } = await start('--hold');
  expect(await client.services()).toMatchObject([{ name: 'family', current: 'inactive' }]);
});

test('ends with its services when whoever started it has gone', async ({ dir, start }) => {
  await writeFile(join(dir, 'layers', '001-base.yaml'), family(join(dir, 'pids')));
  const daemon = await start('--exit-with-parent');
  const pids = await pidsIn(join(dir, 'pids'));
  daemon.process.stdin.end();
  expect(await once(daemon.process, 'exit')).toEqual([0, null]);
  expect(await running(pids)).toEqual([]);
});

test('ends while clients wait and follow', async ({ dir, start }) => {
  await writeFile(join(dir, 'layers', '001-base.yaml'), family(join(dir, 'pids')));
  const daemon = await start();
  await pidsIn(join(dir, 'pids'));
  const transport = new UnixSocketTransport(join(dir, 's'));
  const following = await transport.request({
    method: 'GET',
    path: '/v1/logs',
    query: { follow: 'true' },
  });
  daemon.process.kill('SIGTERM');
  expect(await once(daemon.process, 'exit')).toEqual([0, null]);
  await expect(following.body[Symbol.asyncIterator]().next()).resolves.toMatchObject({
    done: true,
  });
  await transport.close();
});

test.each([
  { action: 'shutdown', code: 10 },
  { action: 'success-shutdown', code: 0 },
])('a service that fails with $action makes it exit with $code', async ({ action, code }) => {
  const dir = await mkdtemp(join(tmpdir(), 'sup-'));
  await writeFile(
    join(dir, '001-base.yaml'),
    `services: {bad: {override: replace, startup: enabled, command: sh -c 'exit 7', on-failure: ${action}}}`,
  );
  const child = spawn(process.execPath, [program, '--socket', join(dir, 's'), '--layers', dir]);
  expect(await once(child, 'exit')).toEqual([code, null]);
  await rm(dir, { recursive: true });
});

test('a layer that is none keeps it from starting, and it says why', async ({ dir }) => {
  await writeFile(join(dir, 'layers', '001-base.yaml'), 'services: {a: {command: x}}');
  const child = spawn(process.execPath, [
    program,
    '--socket',
    join(dir, 's'),
    '--layers',
    join(dir, 'layers'),
  ]);
  const [exit, output] = await Promise.all([
    once(child, 'exit'),
    new Promise<string>((done) => {
      child.stderr.once('data', (bytes: Buffer) => {
        done(bytes.toString('utf8'));
      });
    }),
  ]);
  expect(exit).toEqual([1, null]);
  expect(output).toBe('layer "base" must define "override" for service "a"\n');
});

test('in mapped folders files and working directories are where they are mapped to', async ({
  dir,
  start,
}) => {
  await mkdir(join(dir, 'pod'));
  const { client } = await start('--hold', '--keep-user', '--map', `/srv=${join(dir, 'pod')}`);
  await client.push('/srv/app/hello', 'hi', { makeDirs: true });
  await client.addLayer('app', {
    services: {
      app: {
        override: 'replace',
        command: 'sh -c "cat hello > copy; sleep 1000"',
        'working-dir': '/srv/app',
      },
    },
  });
  await client.start(['app']);
  expect(await readFile(join(dir, 'pod', 'app', 'copy'), 'utf8')).toBe('hi');
  await expect(client.push(join(dir, 'outside'), 'x')).rejects.toThrow(/read-only file system/);
});
