import { describe, expect } from 'vitest';

import { PebbleTimeoutError, type Service } from '../../../src/pebble/index.ts';
import {
  eventually,
  post,
  refusal,
  rejection,
  type PebbleTests,
  matching,
} from './implementation.ts';

const sleep: Service = { override: 'replace', command: 'sleep 1000', 'kill-delay': '200ms' };

export function describeChanges({ own: test }: PebbleTests): void {
  describe.concurrent('changes', () => {
    test('has an id, its tasks and its times', async ({ pebble }) => {
      await pebble.client.addLayer('web', { services: { web: sleep } });
      const change = await pebble.client.start(['web']);
      expect(change.id).toMatch(/^\d+$/);
      expect(change.tasks[0]?.id).toMatch(/^\d+$/);
      expect(change.tasks[0]?.progress).toEqual({ label: '', done: 1, total: 1 });
      expect(Date.parse(change.readyTime ?? '')).toBeGreaterThan(Date.parse(change.spawnTime));
      await expect(pebble.client.change(change.id)).resolves.toEqual(change);
    });

    test('finds no change of an unknown id', async ({ pebble }) => {
      const error = await rejection(pebble.client.change('999'));
      expect(error).toMatchObject({ status: 404, reason: 'cannot find change with id "999"' });
      const waiting = await rejection(pebble.client.waitChange('999'));
      expect(waiting).toMatchObject({ status: 404, reason: 'cannot find change with id "999"' });
    });

    test('lists changes that go on, are over, and all', async ({ pebble }) => {
      await pebble.client.addLayer('two', { services: { a: sleep, b: sleep } });
      const over = await pebble.client.replan();
      const first = await pebble.client.requestServices('start', ['a']);
      const second = await pebble.client.requestServices('start', ['b']);
      const ids = async (select?: 'all' | 'in-progress' | 'ready'): Promise<readonly string[]> =>
        (await pebble.client.changes({ select })).map((change) => change.id);
      await expect(ids()).resolves.toEqual([first, second]);
      await expect(ids('ready')).resolves.toEqual([over.id]);
      await expect(ids('all')).resolves.toEqual([over.id, first, second]);
      await pebble.client.waitChange(second);
    });

    test('lists the changes that a service was named for', async ({ pebble }) => {
      await pebble.client.addLayer('two', { services: { a: sleep, b: sleep } });
      const a = await pebble.client.start(['a']);
      const b = await pebble.client.start(['b']);
      const named = async (service: string): Promise<readonly string[]> =>
        (await pebble.client.changes({ select: 'all', service })).map((change) => change.id);
      await expect(named('a')).resolves.toEqual([a.id]);
      await expect(named('b')).resolves.toEqual([b.id]);
      await expect(named('c')).resolves.toEqual([]);
    });

    test('refuses an unknown selection', async ({ pebble }) => {
      const reply = await pebble.raw({
        method: 'GET',
        path: '/v1/changes',
        query: { select: 'x' },
      });
      expect(reply.json).toMatchObject(
        refusal(400, 'select should be one of: all,in-progress,ready'),
      );
    });

    test('gives up a wait when its time is over', async ({ pebble }) => {
      await pebble.client.addLayer('web', { services: { web: sleep } });
      const id = await pebble.client.requestServices('start', ['web']);
      const reply = await pebble.raw({
        method: 'GET',
        path: `/v1/changes/${id}/wait`,
        query: { timeout: '100ms' },
      });
      expect(reply.json).toMatchObject(refusal(504, 'timed out waiting for change after 100ms'));
    });

    test('refuses to wait for a time that is none', async ({ pebble }) => {
      const change = await pebble.client.replan();
      const reply = await pebble.raw({
        method: 'GET',
        path: `/v1/changes/${change.id}/wait`,
        query: { timeout: 'long' },
      });
      expect(reply.json).toMatchObject(refusal(400, matching(/^invalid timeout: .*"long"/)));
    });

    test('a client that waits too short a time goes without, and may come again', async ({
      pebble,
    }) => {
      await pebble.client.addLayer('web', { services: { web: sleep } });
      const id = await pebble.client.requestServices('start', ['web']);
      const error = await rejection(pebble.client.waitChange(id, { timeout: 150 }));
      expect(error).toBeInstanceOf(PebbleTimeoutError);
      expect(error).toMatchObject({ timeout: 150 });
      await expect(pebble.client.waitChange(id)).resolves.toMatchObject({ status: 'Done' });
    });

    test('waits again and again for a change that takes long', async ({ pebble }) => {
      const names = ['a', 'b', 'c', 'd', 'e'];
      const services = Object.fromEntries(
        names.map((name, index): [string, Service] => {
          const previous = names.slice(Math.max(0, index - 1), index);
          return [name, { ...sleep, requires: previous, after: previous }];
        }),
      );
      await pebble.client.addLayer('chain', { services });
      const begun = performance.now();
      const change = await pebble.client.start(['e']);
      expect(performance.now() - begun).toBeGreaterThan(4_500);
      expect(change.tasks).toHaveLength(5);
    });

    test('aborts a start in its first second, and holds what was to follow', async ({ pebble }) => {
      await pebble.client.addLayer('web', {
        services: { web: { ...sleep, requires: ['db'], after: ['db'] }, db: sleep },
      });
      const id = await pebble.client.requestServices('start', ['web']);
      await eventually('db is active', async () =>
        (await pebble.client.services(['db'])).some((db) => db.current === 'active'),
      );
      await pebble.client.abortChange(id);
      const error = await rejection(pebble.client.waitChange(id));
      expect(error).toMatchObject({
        code: 'pebble-change',
        change: { ready: true, status: 'Error', tasks: [{ status: 'Error' }, { status: 'Hold' }] },
      });
      expect(String(error)).toContain('abort');
    });

    test('refuses to abort what is over', async ({ pebble }) => {
      const { id } = await pebble.client.replan();
      const error = await rejection(pebble.client.abortChange(id));
      expect(error).toMatchObject({
        status: 400,
        reason: `cannot abort change ${id} with nothing pending`,
      });
    });

    test('refuses an unknown action on a change', async ({ pebble }) => {
      const { id } = await pebble.client.replan();
      const reply = await pebble.raw(post(`/v1/changes/${id}`, { action: 'burn' }));
      expect(reply.json).toMatchObject(refusal(400, 'invalid action "burn"'));
    });
  });
}
