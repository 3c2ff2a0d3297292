import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { PebbleWatch } from '../../../src/local/agent/pebble-watch.ts';
import { servePebble } from '../../../src/local/supervisor/http-server.ts';
import { PebbleClient, UnixSocketTransport } from '../../../src/pebble/index.ts';
import { createPebbleCore } from '../../../src/simulator/pebble/create-pebble-core.ts';
import { debianAccounts } from '../../../src/testing/debian-accounts.ts';
import { manualClock } from '../../../src/simulator/pebble/manual-clock.ts';
import { memoryFileSystem } from '../../../src/simulator/pebble/memory-file-system.ts';
import { pretendLauncher } from '../../../src/simulator/pebble/pretend-launcher.ts';
import type { SimulatedUnit } from '../../../src/simulator/simulated-unit.ts';
import { fixture, settle } from '../../simulator/fixture.ts';

interface Watched {
  readonly unit: SimulatedUnit;
  readonly pebble: PebbleClient;
  /** Looks, and runs what is due. */
  hear(): Promise<string[]>;
  /** What a program of a check does from now on. */
  check: { exitCode: number };
  advance(milliseconds: number): Promise<void>;
  /** Another daemon takes the place of the one that runs. */
  restart(bootId: string): Promise<void>;
}

const checks = {
  checks: {
    up: { override: 'replace', period: '10s', threshold: 1, exec: { command: '/bin/check' } },
  },
} as const;

/** A started unit whose container `web` has a real socket with a Pebble behind it. */
const test = base.extend<{ watched: Watched }>({
  // eslint-disable-next-line no-empty-pattern -- the form that vitest asks for
  watched: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'watch-'));
    const socket = join(folder, 'web', 'pebble.socket');
    mkdirSync(join(folder, 'web'));
    const clock = manualClock();
    const check = { exitCode: 0 };
    const programs = {
      '/bin/check': (process: { exit(code: number): void }) => {
        process.exit(check.exitCode);
      },
    };
    const serve = async (bootId: string): Promise<() => Promise<void>> => {
      const files = memoryFileSystem({ clock });
      const core = createPebbleCore({
        launcher: pretendLauncher({ programs }),
        files,
        clock,
        accounts: debianAccounts,
        bootId,
      });
      const server = await servePebble(core, socket);
      return async () => {
        await core.close();
        await server.close();
      };
    };
    let stop = await serve('boot-1');
    const { unit } = fixture();
    const watch = new PebbleWatch(unit, ['web']);
    const pod = {
      hostPath: (_container: string, path: string) => path.replace('/charm/containers', folder),
    };
    const pebble = new PebbleClient(new UnixSocketTransport(socket));
    await use({
      unit,
      pebble,
      check,
      hear: async () => {
        await watch.look(pod);
        return settle(unit);
      },
      advance: async (milliseconds) => {
        await clock.advance(milliseconds);
      },
      restart: async (bootId) => {
        await stop();
        stop = await serve(bootId);
      },
    });
    await pebble.close();
    await stop();
    rmSync(folder, { recursive: true });
  },
});

test('a notice brings its hook once, and again when it repeats', async ({ watched }) => {
  expect(await watched.hear()).toContain('web-pebble-ready');
  await watched.pebble.notify('example.com/done');
  await watched.pebble.notify('example.com/more');
  const twice = ['web-pebble-custom-notice', 'web-pebble-custom-notice'];
  expect(await watched.hear()).toEqual(twice);
  expect(await watched.hear()).toEqual([]);
  await watched.advance(1000);
  await watched.pebble.notify('example.com/done');
  expect(await watched.hear()).toEqual(['web-pebble-custom-notice']);
});

test('a check that fails and recovers is told, and no other change is', async ({ watched }) => {
  await watched.hear();
  await watched.pebble.addLayer('checks', checks);
  watched.check.exitCode = 1;
  await watched.advance(10_000);
  expect(await watched.hear()).toEqual(['web-pebble-check-failed']);
  watched.check.exitCode = 0;
  await watched.advance(10_000);
  expect(await watched.hear()).toEqual(['web-pebble-check-recovered']);
  await watched.pebble.replan();
  expect(await watched.hear()).toEqual([]);
});

test('a Pebble that was started anew is read from its first notice on, and repeats none of those before', async ({
  watched,
}) => {
  await watched.hear();
  await watched.pebble.notify('example.com/done');
  await watched.hear();
  await watched.restart('boot-2');
  expect(await watched.hear()).toEqual(['web-pebble-ready']);
  await watched.pebble.notify('example.com/done');
  expect(await watched.hear()).toEqual(['web-pebble-custom-notice']);
});

test('a notice that could not be read waits until Pebble answers again', async ({ watched }) => {
  await watched.hear();
  await watched.pebble.notify('example.com/done');
  const elsewhere = new PebbleWatch(watched.unit, ['web']);
  await elsewhere.look({ hostPath: () => '/nowhere' });
  expect(settle(watched.unit)).toEqual([]);
  expect(await watched.hear()).toEqual(['web-pebble-custom-notice']);
});
