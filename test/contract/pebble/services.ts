import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';

import {
  PebbleApiError,
  PebbleChangeError,
  type Change,
  type PebbleClient,
  type Service,
  type ServiceInfo,
} from '../../../src/pebble/index.ts';
import {
  eventually,
  post,
  refusal,
  rejection,
  type PebbleTests,
  matching,
} from './implementation.ts';

const isRoot = process.getuid?.() === 0;
const sleep: Service = { override: 'replace', command: 'sleep 1000', 'kill-delay': '200ms' };

export function describeServices({ own: test }: PebbleTests): void {
  describe.concurrent('services: states and lists', () => {
    test('a new service is inactive and was never started', async ({ pebble }) => {
      await add(pebble.client, { web: { ...sleep, startup: 'enabled' }, other: sleep });
      await expect(pebble.client.services()).resolves.toEqual([
        { name: 'other', startup: 'disabled', current: 'inactive', currentSince: undefined },
        { name: 'web', startup: 'enabled', current: 'inactive', currentSince: undefined },
      ]);
    });

    test('lists the named services and passes over unknown names', async ({ pebble }) => {
      await add(pebble.client, { a: sleep, b: sleep, c: sleep });
      const listed = await pebble.client.services(['c', 'nobody', 'a']);
      expect(listed.map((service) => service.name)).toEqual(['a', 'c']);
    });

    test('takes names repeated or in a list', async ({ pebble }) => {
      await add(pebble.client, { a: sleep, b: sleep, c: sleep });
      const listed = await pebble.raw({ method: 'GET', path: '/v1/services?names=a,c' });
      const repeated = await pebble.raw({ method: 'GET', path: '/v1/services?names=a&names=%20c' });
      expect(listed.json).toEqual(repeated.json);
      expect(listed.json).toMatchObject({ result: [{ name: 'a' }, { name: 'c' }] });
    });
  });

  describe.concurrent('services: starting and stopping', () => {
    test('a service that runs for a second is started and active', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      const begun = performance.now();
      const change = await pebble.client.start(['web']);
      expect(performance.now() - begun).toBeGreaterThan(900);
      expect(change).toMatchObject({
        kind: 'start',
        summary: 'Start service "web"',
        status: 'Done',
        ready: true,
        tasks: [{ kind: 'start', summary: 'Start service "web"', status: 'Done' }],
      });
      const web = await only(pebble.client, 'web');
      expect(web.current).toBe('active');
      expect(Math.abs(Date.parse(web.currentSince ?? '') - Date.now())).toBeLessThan(10_000);
    });

    test('is active already while its first second runs', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      const id = await pebble.client.requestServices('start', ['web']);
      await eventually(
        'web is active',
        async () => (await only(pebble.client, 'web')).current === 'active',
      );
      await expect(pebble.client.change(id)).resolves.toMatchObject({
        status: 'Doing',
        ready: false,
      });
      await pebble.client.waitChange(id);
    });

    test('starting a running service changes nothing and says so', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      await pebble.client.start(['web']);
      const before = await only(pebble.client, 'web');
      const change = await pebble.client.start(['web']);
      expect(change.status).toBe('Done');
      expect(change.tasks[0]?.log).toEqual([matching(/ INFO Service "web" already started\.$/)]);
      await expect(only(pebble.client, 'web')).resolves.toEqual(before);
    });

    test('starts that fail show the latest output, and no value of the environment', async ({
      pebble,
    }) => {
      const { client } = pebble;
      const reason = `sh -c 'head -c 5000 /dev/zero | tr "\\0" x; echo; echo "  two  "; exit 1'`;
      await add(client, {
        long: { ...sleep, command: reason },
        blank: { ...sleep, command: `sh -c 'echo one; echo; exit 1'` },
        nul: { ...sleep, environment: { SECRET: 'kept\u0000safe' } },
        word: { ...sleep, command: 'sh "kept\u0000safe"' },
      });
      const id = await client.requestServices('start', ['long', 'blank', 'nul', 'word']);
      const failure = await rejection(client.waitChange(id));
      const tasks = failure instanceof PebbleChangeError ? failure.change.tasks : [];
      const logOf = (name: string): readonly string[] | undefined =>
        tasks.find(({ summary }) => summary.includes(`"${name}"`))?.log;
      expect(logOf('long')?.[0]).toMatch(/service output:\n {4}x{5000}\n {6}two$/);
      expect(logOf('blank')?.[0]).toMatch(
        /service output:\n {4}one\n {4}[-\d]+T[:.\d]+Z \[blank\]$/,
      );
      expect(logOf('nul')?.at(-1)).toMatch(
        / ERROR cannot start service: exec: environment variable contains NUL$/,
      );
      expect(logOf('word')?.at(-1)).toMatch(/fork\/exec \/\S*sh: invalid argument$/);
      await client.stop(['long', 'blank']);
    });

    test('begins services lane by lane, a loose one where there is a lane after the last', async ({
      pebble,
    }) => {
      const a: Service = { ...sleep, requires: ['d'] };
      await add(pebble.client, { a, b: sleep, c: sleep, d: sleep, e: sleep });
      const { tasks } = await pebble.client.start(['e', 'd', 'c', 'b', 'a']);
      expect(tasks.map(({ summary }) => summary)).toEqual(
        ['a', 'd', 'b', 'e', 'c'].map((name) => `Start service "${name}"`),
      );
    });

    test('stopping ends the process and its children', async ({ pebble }) => {
      const parent = join(pebble.dir, 'parent');
      const child = join(pebble.dir, 'child');
      await add(pebble.client, {
        web: {
          ...sleep,
          command: `sh -c 'echo $$ > ${parent}; sleep 999 & echo $! > ${child}; wait'`,
        },
      });
      await pebble.client.start(['web']);
      const pids = [await pidIn(parent), await pidIn(child)];
      expect(pids.every(isAlive)).toBe(true);
      const change = await pebble.client.stop(['web']);
      expect(change).toMatchObject({
        kind: 'stop',
        summary: 'Stop service "web"',
        status: 'Done',
        tasks: [{ kind: 'stop', summary: 'Stop service "web"', status: 'Done' }],
      });
      expect((await only(pebble.client, 'web')).current).toBe('inactive');
      await eventually('the processes end', async () => !pids.some(isAlive));
    });

    test('stopping asks with SIGTERM first', async ({ pebble }) => {
      const said = join(pebble.dir, 'said');
      await add(pebble.client, {
        web: {
          override: 'replace',
          'kill-delay': '5s',
          command: `sh -c 'trap "echo term > ${said}; exit 0" TERM; while true; do sleep 0.05; done'`,
        },
      });
      await pebble.client.start(['web']);
      await pebble.client.stop(['web']);
      await expect(readFile(said, 'utf8')).resolves.toBe('term\n');
    });

    test('stopping has patience for as long as any delay may be', async ({ pebble }) => {
      const file = join(pebble.dir, 'said');
      await add(pebble.client, {
        web: {
          override: 'replace',
          'kill-delay': '1000h',
          command: `sh -c 'trap "sleep 0.3; echo done > ${file}; exit 0" TERM; while true; do sleep 0.05; done'`,
        },
      });
      await pebble.client.start(['web']);
      await pebble.client.stop(['web']);
      await expect(readFile(file, 'utf8')).resolves.toBe('done\n');
    });

    test('stopping kills what does not end within its kill delay', async ({ pebble }) => {
      const file = join(pebble.dir, 'pid');
      await add(pebble.client, {
        web: {
          override: 'replace',
          'kill-delay': '300ms',
          command: `sh -c 'trap "" TERM; echo $$ > ${file}; while true; do sleep 0.05; done'`,
        },
      });
      await pebble.client.start(['web']);
      const pid = await pidIn(file);
      const begun = performance.now();
      await pebble.client.stop(['web']);
      expect(performance.now() - begun).toBeGreaterThan(250);
      expect(isAlive(pid)).toBe(false);
    });

    test('stopping what never ran or is stopped changes nothing and says so', async ({
      pebble,
    }) => {
      await add(pebble.client, { web: sleep });
      const never = await pebble.client.stop(['web']);
      expect(never.status).toBe('Done');
      expect(never.tasks[0]?.log).toEqual([
        matching(/ INFO Service "web" has never been started\.$/),
      ]);
      await pebble.client.start(['web']);
      await pebble.client.stop(['web']);
      const again = await pebble.client.stop(['web']);
      expect(again.tasks[0]?.log).toEqual([matching(/ INFO Service "web" already stopped\.$/)]);
    });

    test('stopping within the first second fails the start', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      const start = await pebble.client.requestServices('start', ['web']);
      await eventually(
        'web is active',
        async () => (await only(pebble.client, 'web')).current === 'active',
      );
      await pebble.client.stop(['web']);
      const error = await rejection(pebble.client.waitChange(start));
      expect(error).toBeInstanceOf(PebbleChangeError);
      expect(String(error)).toContain('stopped before the 1s okay delay');
      expect((await only(pebble.client, 'web')).current).toBe('inactive');
    });

    test('a start of several services says so and runs them at one time', async ({ pebble }) => {
      await add(pebble.client, { a: sleep, b: sleep, c: sleep });
      const begun = performance.now();
      const change = await pebble.client.start(['b', 'a', 'c']);
      expect(performance.now() - begun).toBeLessThan(2_000);
      expect(change.summary).toBe('Start service "b" and 2 more');
      expect(startsOf(change)).toEqual(['a', 'b', 'c']);
    });

    test('starts in the order of after and before, requirements included', async ({ pebble }) => {
      const file = join(pebble.dir, 'order');
      const say = (name: string): Service => ({
        ...sleep,
        command: `sh -c 'echo ${name} >> ${file}; exec sleep 1000'`,
      });
      await add(pebble.client, {
        app: { ...say('app'), requires: ['db'], after: ['db'] },
        db: { ...say('db'), before: ['app'] },
      });
      const change = await pebble.client.start(['app']);
      expect(startsOf(change)).toEqual(['db', 'app']);
      await expect(readFile(file, 'utf8')).resolves.toBe('db\napp\n');
    });

    test('after alone orders the tasks, and lets them run at one time', async ({ pebble }) => {
      await add(pebble.client, { a: { ...sleep, after: ['b'] }, b: sleep });
      const begun = performance.now();
      const change = await pebble.client.start(['a', 'b']);
      expect(startsOf(change)).toEqual(['b', 'a']);
      expect(performance.now() - begun).toBeLessThan(1_900);
    });

    test('requires alone starts the requirement too, but not first', async ({ pebble }) => {
      await add(pebble.client, { app: { ...sleep, requires: ['zdb'] }, zdb: sleep });
      const change = await pebble.client.start(['app']);
      expect(startsOf(change)).toEqual(['app', 'zdb']);
    });

    test('stops what requires the stopped one, in the other order', async ({ pebble }) => {
      await add(pebble.client, { app: { ...sleep, requires: ['db'], after: ['db'] }, db: sleep });
      await pebble.client.start(['app']);
      const change = await pebble.client.stop(['db']);
      expect(change.tasks.map((task) => task.summary)).toEqual([
        'Stop service "app"',
        'Stop service "db"',
      ]);
      const services = await pebble.client.services();
      expect(services.map((service) => service.current)).toEqual(['inactive', 'inactive']);
    });

    test('holds what requires a service that does not start', async ({ pebble }) => {
      await add(pebble.client, {
        app: { ...sleep, requires: ['db'], after: ['db'] },
        db: { ...sleep, command: '/no/such/program' },
      });
      const error = await changeError(pebble.client.start(['app']));
      expect(error.change.tasks.map(({ summary, status }) => [summary, status])).toEqual([
        ['Start service "db"', 'Error'],
        ['Start service "app"', 'Hold'],
      ]);
      expect((await only(pebble.client, 'app')).current).toBe('inactive');
    });

    test('refuses an unknown service', async ({ pebble }) => {
      const error = await rejection(pebble.client.start(['nobody']));
      expect(error).toBeInstanceOf(PebbleApiError);
      expect(error).toMatchObject({
        status: 400,
        reason: 'cannot start services: service "nobody" does not exist',
      });
    });

    test('refuses to start and stop without names', async ({ pebble }) => {
      for (const action of ['start', 'stop', 'restart'] as const) {
        const error = await rejection(pebble.client.requestServices(action, []));
        expect(error).toMatchObject({
          status: 400,
          reason: `must specify services for ${action} action`,
        });
      }
    });

    test('refuses an unknown action', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      const reply = await pebble.raw(post('/v1/services', { action: 'burn', services: ['web'] }));
      expect(reply.json).toMatchObject(refusal(400, 'invalid action "burn"'));
    });

    test('answers at once with the id of the change', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      const reply = await pebble.raw(post('/v1/services', { action: 'start', services: ['web'] }));
      expect(reply.status).toBe(202);
      expect(reply.json).toMatchObject({
        type: 'async',
        'status-code': 202,
        status: 'Accepted',
        change: matching(/^\d+$/),
        result: null,
      });
    });
  });

  describe.concurrent('services: the process', () => {
    test('sees the environment and working directory of its layer', async ({ pebble }) => {
      const file = join(pebble.dir, 'seen');
      await add(pebble.client, {
        web: {
          ...sleep,
          environment: { GREETING: 'hello  world', EMPTY: '' },
          'working-dir': pebble.dir,
          command: `sh -c 'echo "$GREETING|\${EMPTY-unset}|$(pwd)" > ${file}; exec sleep 1000'`,
        },
      });
      await pebble.client.start(['web']);
      await expect(readFile(file, 'utf8')).resolves.toBe(`hello  world||${pebble.dir}\n`);
    });

    test('gets quoted words and default arguments as one would write them', async ({ pebble }) => {
      const program = join(pebble.dir, 'program');
      const file = join(pebble.dir, 'seen');
      await writeFile(program, `#!/bin/sh\nprintf '<%s>' "$@" > ${file}\nexec sleep 1000\n`, {
        mode: 0o755,
      });
      await add(pebble.client, {
        web: {
          ...sleep,
          command: `${program} 'two words' "q\\"q" back\\ slash '' [ --default 1 ]`,
        },
      });
      await pebble.client.start(['web']);
      await expect(readFile(file, 'utf8')).resolves.toBe(
        '<two words><q"q><back slash><><--default><1>',
      );
    });

    test.skipIf(!isRoot)('runs as its user, with their HOME and USER', async ({ pebble }) => {
      const file = join(pebble.dir, 'seen');
      await writeFile(file, '', { mode: 0o666 });
      await pebble.client.push(file, '', { permissions: 0o666 });
      // The directory above belongs to root alone.
      const script = `sh -c 'echo $(id -u):$(id -g):$HOME:$USER; exec sleep 1000'`;
      await add(pebble.client, {
        web: { ...sleep, command: script, user: 'daemon', group: 'daemon' },
      });
      await pebble.client.start(['web']);
      const logs = await eventually('a log line', async () => {
        const lines = await pebble.client.logs();
        return lines.length > 0 && lines;
      });
      expect(logs[0]?.message).toBe('1:1:/usr/sbin:daemon');
    });
  });

  describe.concurrent('services: failing and coming back', () => {
    test('one that exits within a second fails its start, with its output', async ({ pebble }) => {
      await add(pebble.client, {
        web: {
          ...sleep,
          'on-failure': 'ignore',
          command: `sh -c 'echo first words; echo last words >&2; exit 3'`,
        },
      });
      const error = await changeError(pebble.client.start(['web']));
      expect(error.change).toMatchObject({ status: 'Error', ready: true });
      expect(error.change.err).toBe(
        'cannot perform the following tasks:\n- Start service "web" (service start attempt: exited quickly with code 3, will ignore)',
      );
      const log = error.change.tasks[0]?.log ?? [];
      expect(log[0]).toMatch(/ INFO Most recent service output:\n {4}first words\n {4}last words$/);
      expect(log[1]).toMatch(
        / ERROR service start attempt: exited quickly with code 3, will ignore$/,
      );
      expect(error.message).toContain('last words');
      expect((await only(pebble.client, 'web')).current).toBe('error');
    });

    test('one that exits well and ignores success is inactive', async ({ pebble }) => {
      await add(pebble.client, { web: { ...sleep, command: 'true', 'on-success': 'ignore' } });
      const error = await changeError(pebble.client.start(['web']));
      expect(error.change.err).toContain('exited quickly with code 0, will ignore');
      expect((await only(pebble.client, 'web')).current).toBe('inactive');
    });

    test('one that fails its first second is in backoff and comes up later', async ({ pebble }) => {
      const ready = join(pebble.dir, 'ready');
      await add(pebble.client, {
        web: {
          ...sleep,
          'backoff-delay': '300ms',
          command: `sh -c 'test -e ${ready} || exit 1; exec sleep 1000'`,
        },
      });
      const error = await changeError(pebble.client.start(['web']));
      expect(error.change.err).toContain('exited quickly with code 1, will restart');
      expect((await only(pebble.client, 'web')).current).toBe('backoff');
      await writeFile(ready, '');
      await eventually(
        'web is active',
        async () => (await only(pebble.client, 'web')).current === 'active',
      );
    });

    test('a program that does not exist fails its start and stays down', async ({ pebble }) => {
      await add(pebble.client, { web: { ...sleep, command: '/no/such/program' } });
      const error = await changeError(pebble.client.start(['web']));
      expect(error.change.err).toMatch(
        /^cannot perform the following tasks:\n- Start service "web" \(cannot start service: /,
      );
      expect((await only(pebble.client, 'web')).current).toBe('inactive');
    });

    test('two that fail are both told of', async ({ pebble }) => {
      const bad: Service = { ...sleep, command: 'false', 'on-failure': 'ignore' };
      await add(pebble.client, { a: bad, b: bad });
      const error = await changeError(pebble.client.start(['a', 'b']));
      const lines = error.change.err?.split('\n') ?? [];
      expect(lines).toHaveLength(3);
      expect(lines.filter((line) => line.startsWith('- Start service '))).toHaveLength(2);
    });

    test('one that is killed comes back after its backoff', async ({ pebble }) => {
      const file = join(pebble.dir, 'pid');
      await add(pebble.client, {
        web: {
          ...sleep,
          'backoff-delay': '400ms',
          command: `sh -c 'echo $$ > ${file}; exec sleep 1000'`,
        },
      });
      await pebble.client.start(['web']);
      const before = await pidIn(file);
      process.kill(before, 'SIGKILL');
      await eventually(
        'web backs off',
        async () => (await only(pebble.client, 'web')).current === 'backoff',
      );
      await eventually(
        'web is active',
        async () => (await only(pebble.client, 'web')).current === 'active',
      );
      await eventually('web has a new process', async () => (await pidIn(file)) !== before);
    });

    test('one that fails later and ignores it is in error', async ({ pebble }) => {
      const file = join(pebble.dir, 'pid');
      await add(pebble.client, {
        web: {
          ...sleep,
          'on-failure': 'ignore',
          command: `sh -c 'echo $$ > ${file}; exec sleep 1000'`,
        },
      });
      await pebble.client.start(['web']);
      process.kill(await pidIn(file), 'SIGKILL');
      await eventually(
        'web is in error',
        async () => (await only(pebble.client, 'web')).current === 'error',
      );
    });

    test('waits longer after each failure, up to the limit', async ({ pebble }) => {
      const file = join(pebble.dir, 'starts');
      await add(pebble.client, {
        web: {
          ...sleep,
          'backoff-delay': '100ms',
          'backoff-factor': 4,
          'backoff-limit': '500ms',
          command: `sh -c 'date +%s%N >> ${file}; exit 1'`,
        },
      });
      await rejection(pebble.client.start(['web']));
      const times = await eventually('five starts', async () => {
        const lines = (await readFile(file, 'utf8')).trim().split('\n').map(Number);
        return lines.length >= 5 && lines.map((time) => time / 1e6);
      });
      const gaps = times.slice(1, 5).map((time, index) => time - (times[index] ?? 0));
      expect(gaps[0]).toBeGreaterThan(90);
      expect(gaps[1]).toBeGreaterThan(390);
      expect(gaps[2]).toBeGreaterThan(490);
      expect(gaps[3]).toBeLessThan(1_500);
    });

    test('stopping one in backoff is immediate and keeps it down', async ({ pebble }) => {
      const file = join(pebble.dir, 'starts');
      await add(pebble.client, {
        web: { ...sleep, 'backoff-delay': '500ms', command: `sh -c 'echo x >> ${file}; exit 1'` },
      });
      await rejection(pebble.client.start(['web']));
      const begun = performance.now();
      await pebble.client.stop(['web']);
      expect(performance.now() - begun).toBeLessThan(400);
      expect((await only(pebble.client, 'web')).current).toBe('inactive');
      // Longer than the backoff would have been.
      await new Promise((resolve) => setTimeout(resolve, 800));
      await expect(readFile(file, 'utf8')).resolves.toBe('x\n');
    });
  });

  describe.concurrent('services: restart, autostart, replan', () => {
    test('restart gives a running service a new process', async ({ pebble }) => {
      const file = join(pebble.dir, 'pid');
      await add(pebble.client, { web: withPid(file) });
      await pebble.client.start(['web']);
      const before = await pidIn(file);
      const change = await pebble.client.restart(['web']);
      expect(change).toMatchObject({ kind: 'restart', summary: 'Restart service "web"' });
      expect(change.tasks.map((task) => task.kind)).toEqual(['stop', 'start']);
      expect(isAlive(before)).toBe(false);
      expect(await pidIn(file)).not.toBe(before);
    });

    test('restart starts a stopped service', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      await pebble.client.restart(['web']);
      expect((await only(pebble.client, 'web')).current).toBe('active');
    });

    test('restart ends every old process before it begins a new one', async ({ pebble }) => {
      const file = join(pebble.dir, 'events');
      const noisy = (name: string): Service => ({
        override: 'replace',
        'kill-delay': '2s',
        command: `sh -c 'echo start ${name} >> ${file}; trap "echo stop ${name} >> ${file}; exit 0" TERM; while true; do sleep 0.02; done'`,
      });
      await add(pebble.client, { a: noisy('a'), b: noisy('b') });
      await pebble.client.start(['a', 'b']);
      await pebble.client.restart(['a', 'b']);
      const events = (await readFile(file, 'utf8')).trim().split('\n');
      expect(events.map((event) => event.split(' ')[0])).toEqual([
        'start',
        'start',
        'stop',
        'stop',
        'start',
        'start',
      ]);
    });

    test('autostart starts what is enabled', async ({ pebble }) => {
      await add(pebble.client, { on: { ...sleep, startup: 'enabled' }, off: sleep });
      const change = await pebble.client.autostart();
      expect(change).toMatchObject({ kind: 'autostart', summary: 'Autostart service "on"' });
      await expect(pebble.client.services()).resolves.toMatchObject([
        { name: 'off', current: 'inactive' },
        { name: 'on', current: 'active' },
      ]);
    });

    test('autostart names what it starts first, be it only required', async ({ pebble }) => {
      await add(pebble.client, {
        base: sleep,
        web: { ...sleep, startup: 'enabled', requires: ['base'], after: ['base'] },
      });
      const change = await pebble.client.autostart();
      expect(change.summary).toBe('Autostart service "base" and 1 more');
    });

    test('autostart without anything enabled is refused with its own kind', async ({ pebble }) => {
      await add(pebble.client, { off: sleep });
      const error = await rejection(pebble.client.autostart());
      expect(error).toMatchObject({
        code: 'pebble-api',
        status: 400,
        kind: 'no-default-services',
        reason: 'no default services',
      });
    });

    test('autostart and replan take no names', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      for (const action of ['autostart', 'replan'] as const) {
        const error = await rejection(pebble.client.requestServices(action, ['web']));
        expect(error).toMatchObject({ reason: `${action} accepts no service names` });
      }
    });

    test('replan with nothing to do is done at once, without tasks', async ({ pebble }) => {
      await add(pebble.client, { off: sleep });
      await expect(pebble.client.replan()).resolves.toMatchObject({
        kind: 'replan',
        summary: 'Replan - no services',
        status: 'Done',
        tasks: [],
      });
    });

    test('replan starts what is enabled and does not run', async ({ pebble }) => {
      await add(pebble.client, { on: { ...sleep, startup: 'enabled' }, off: sleep });
      const change = await pebble.client.replan();
      expect(change).toMatchObject({ kind: 'replan', summary: 'Replan service "on"' });
      expect((await only(pebble.client, 'on')).current).toBe('active');
      expect((await only(pebble.client, 'off')).current).toBe('inactive');
    });

    test('replan leaves what runs unchanged alone', async ({ pebble }) => {
      const file = join(pebble.dir, 'pid');
      await add(pebble.client, { web: { ...withPid(file), startup: 'enabled' } });
      await pebble.client.replan();
      const before = await pidIn(file);
      const change = await pebble.client.replan();
      expect(change.status).toBe('Done');
      expect(await pidIn(file)).toBe(before);
    });

    test('replan restarts what the plan has changed, and only that', async ({ pebble }) => {
      const changed = join(pebble.dir, 'changed');
      const same = join(pebble.dir, 'same');
      await add(pebble.client, {
        changed: { ...withPid(changed), startup: 'enabled' },
        same: { ...withPid(same), startup: 'enabled' },
      });
      await pebble.client.replan();
      const before = [await pidIn(changed), await pidIn(same)];
      await add(pebble.client, { changed: { override: 'merge', environment: { NEW: '1' } } });
      await pebble.client.replan();
      expect(await pidIn(changed)).not.toBe(before[0]);
      expect(await pidIn(same)).toBe(before[1]);
    });

    test('adding a layer alone restarts nothing', async ({ pebble }) => {
      const file = join(pebble.dir, 'pid');
      await add(pebble.client, { web: withPid(file) });
      await pebble.client.start(['web']);
      const before = await pidIn(file);
      await add(pebble.client, { web: { override: 'merge', environment: { NEW: '1' } } });
      await pebble.client.systemInfo();
      expect(isAlive(before)).toBe(true);
      expect(await pidIn(file)).toBe(before);
    });

    test('replan starts an enabled service that was stopped', async ({ pebble }) => {
      await add(pebble.client, { web: { ...sleep, startup: 'enabled' } });
      await pebble.client.replan();
      await pebble.client.stop(['web']);
      await pebble.client.replan();
      expect((await only(pebble.client, 'web')).current).toBe('active');
    });

    test('replan starts a stopped, disabled service whose plan has changed', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      await pebble.client.start(['web']);
      await pebble.client.stop(['web']);
      await add(pebble.client, { web: { override: 'merge', environment: { NEW: '1' } } });
      await pebble.client.replan();
      expect((await only(pebble.client, 'web')).current).toBe('active');
    });

    test('replan stops what requires a changed service, and does not start it again', async ({
      pebble,
    }) => {
      await add(pebble.client, { app: { ...sleep, requires: ['db'], after: ['db'] }, db: sleep });
      await pebble.client.start(['app']);
      await add(pebble.client, { db: { override: 'merge', environment: { NEW: '1' } } });
      const change = await pebble.client.replan();
      expect(change.tasks.map((task) => task.summary)).toEqual([
        'Stop service "app"',
        'Stop service "db"',
        'Start service "db"',
      ]);
      expect((await only(pebble.client, 'app')).current).toBe('inactive');
    });

    test('replan compares with what it tried last, also when that failed', async ({ pebble }) => {
      await add(pebble.client, { web: sleep });
      await pebble.client.start(['web']);
      await add(pebble.client, {
        web: { override: 'merge', command: 'false', 'on-failure': 'ignore' },
      });
      await changeError(pebble.client.replan());
      await expect(pebble.client.replan()).resolves.toMatchObject({
        summary: 'Replan - no services',
        tasks: [],
      });
    });
  });
}

let layerCount = 0;

async function add(
  client: PebbleClient,
  services: Readonly<Record<string, Service>>,
): Promise<void> {
  layerCount += 1;
  await client.addLayer(`layer-${layerCount}`, { services });
}

function withPid(file: string): Service {
  return { ...sleep, command: `sh -c 'echo $$ > ${file}; exec sleep 1000'` };
}

async function only(client: PebbleClient, name: string): Promise<ServiceInfo> {
  const [service] = await client.services([name]);
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
}

async function changeError(promise: Promise<unknown>): Promise<PebbleChangeError> {
  const error = await rejection(promise);
  if (!(error instanceof PebbleChangeError)) throw error;
  return error;
}

function startsOf(change: Change): readonly string[] {
  return change.tasks.map((task) => /^Start service "(.*)"$/.exec(task.summary)?.[1] ?? '');
}

async function pidIn(file: string): Promise<number> {
  return await eventually(`a pid in ${file}`, async () => {
    const text = await readFile(file, 'utf8').catch(() => '');
    return text.endsWith('\n') && Number(text);
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
