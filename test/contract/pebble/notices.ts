import { describe, expect } from 'vitest';

import type { Notice } from '../../../src/pebble/index.ts';
import { post, refusal, rejection, type PebbleTests, matching } from './implementation.ts';

const nanoseconds = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);

export function describeNotices({ own: test }: PebbleTests): void {
  describe.concurrent('notices', () => {
    test('hold what was notified', async ({ pebble }) => {
      const id = await pebble.client.notify('example.com/a', { data: { key: 'value' } });
      await expect(pebble.client.notice(id)).resolves.toEqual({
        id,
        userId: process.getuid?.(),
        type: 'custom',
        key: 'example.com/a',
        firstOccurred: nanoseconds,
        lastOccurred: nanoseconds,
        lastRepeated: nanoseconds,
        occurrences: 1,
        lastData: { key: 'value' },
        repeatAfter: undefined,
        expireAfter: '168h0m0s',
      });
    });

    test('of one key are one, with the data of the last', async ({ pebble }) => {
      const { client } = pebble;
      const id = await client.notify('example.com/a', { data: { key: 'one', more: 'x' } });
      await expect(client.notify('example.com/a', { data: { key: 'two' } })).resolves.toBe(id);
      const notice = await client.notice(id);
      expect(notice).toMatchObject({ occurrences: 2, lastData: { key: 'two' } });
      expect(notice.lastRepeated).toBe(notice.lastOccurred);
      await client.notify('example.com/a');
      await expect(client.notice(id)).resolves.toMatchObject({ occurrences: 3, lastData: {} });
    });

    test('that come again too soon do not repeat', async ({ pebble }) => {
      const { client } = pebble;
      const id = await client.notify('example.com/a', { repeatAfter: 3_600_000 });
      const before = await client.notice(id);
      await client.notify('example.com/a', { repeatAfter: 3_600_000 });
      const after = await client.notice(id);
      expect(after).toMatchObject({ occurrences: 2, repeatAfter: '1h0m0s' });
      expect(after.lastRepeated).toBe(before.lastRepeated);
      expect(after.lastOccurred).not.toBe(before.lastOccurred);
    });

    test('are listed in the order of their last repetition', async ({ pebble }) => {
      const { client } = pebble;
      for (const key of ['a', 'b', 'c', 'a']) await client.notify(`example.com/${key}`);
      expect(keys(await client.notices())).toEqual(['b', 'c', 'a'].map(named));
    });

    test('are listed by type and key', async ({ pebble }) => {
      const { client } = pebble;
      for (const key of ['a', 'b']) await client.notify(named(key));
      expect(keys(await client.notices({ keys: [named('b'), 'x.y/z'] }))).toEqual([named('b')]);
      expect(keys(await client.notices({ types: ['custom'] }))).toHaveLength(2);
      expect(keys(await client.notices({ types: ['warning'] }))).toEqual([]);
      expect(keys(await client.notices({ types: ['unheard-of', 'custom'] }))).toHaveLength(2);
      expect(keys(await client.notices({ types: ['unheard-of'] }))).toEqual([]);
    });

    test('are listed that came strictly after a time', async ({ pebble }) => {
      const { client } = pebble;
      for (const key of ['a', 'b', 'c']) await client.notify(named(key));
      const [a, b] = await client.notices();
      expect(keys(await client.notices({ after: a?.lastRepeated }))).toEqual(['b', 'c'].map(named));
      expect(keys(await client.notices({ after: b?.lastRepeated }))).toEqual([named('c')]);
      const withZone = a?.lastRepeated.replace('Z', '+00:00');
      expect(keys(await client.notices({ after: withZone }))).toHaveLength(2);
    });

    test('are listed for a user, or for all of them', async ({ pebble }) => {
      const { client } = pebble;
      await client.notify(named('a'));
      const me = process.getuid?.() ?? 0;
      expect(keys(await client.notices({ userId: me }))).toEqual([named('a')]);
      expect(keys(await client.notices({ userId: me + 1 }))).toEqual([]);
      expect(keys(await client.notices({ users: 'all' }))).toEqual([named('a')]);
      expect(await rejection(client.notices({ userId: me, users: 'all' }))).toMatchObject({
        status: 400,
        reason: 'cannot use both "users" and "user-id" parameters',
      });
    });

    test('tell of changes', async ({ pebble }) => {
      const { client } = pebble;
      await client.addLayer('web', {
        services: { web: { override: 'replace', command: 'sleep 1000' } },
      });
      const change = await client.start(['web']);
      const [notice] = await client.notices({ types: ['change-update'] });
      expect(notice).toMatchObject({
        type: 'change-update',
        key: change.id,
        userId: undefined,
        lastData: { kind: 'start' },
      });
      expect(notice?.occurrences).toBeGreaterThanOrEqual(2);
    });

    test('tell of checks by their names', async ({ pebble }) => {
      await pebble.client.addLayer('web', {
        checks: { web: { override: 'replace', exec: { command: 'true' } } },
      });
      await expect(pebble.client.notices({ types: ['change-update'] })).resolves.toMatchObject([
        { lastData: { kind: 'perform-check', 'check-name': 'web' } },
      ]);
    });

    test('refuse what is no id', async ({ pebble }) => {
      expect(await rejection(pebble.client.notice('999'))).toMatchObject({
        status: 404,
        reason: 'cannot find notice with ID "999"',
      });
    });

    test.for([
      'plain',
      'example/a',
      'example.com',
      'example.com/',
      'Example.com/a',
      'example.com/A',
      'example.com/-a',
      '',
    ])('refuse the key %j', async (key, { pebble }) => {
      expect(await rejection(pebble.client.notify(key))).toMatchObject({
        status: 400,
        reason: `invalid key "${key}" (must be in "example.com/path" format)`,
      });
    });

    test('refuse a key that is too long, and data that is too much', async ({ pebble }) => {
      const { client } = pebble;
      const long = `example.com/${'a'.repeat(256)}`;
      expect(await rejection(client.notify(long))).toMatchObject({
        reason: 'key must be 256 bytes or less',
      });
      const data = { key: 'x'.repeat(5000) };
      expect(await rejection(client.notify(named('a'), { data }))).toMatchObject({
        reason: 'total size of data must be 4096 bytes or less',
      });
    });

    test('refuse all types but custom', async ({ pebble }) => {
      const body = { action: 'add', type: 'warning', key: 'example.com/a' };
      const reply = await pebble.raw(post('/v1/notices', body));
      expect(reply.json).toMatchObject(
        refusal(400, 'invalid type "warning" (can only add "custom" notices)'),
      );
      const other = await pebble.raw(post('/v1/notices', { ...body, action: 'dance' }));
      expect(other.json).toMatchObject(refusal(400, 'invalid action "dance"'));
    });

    test('refuse a time that is none', async ({ pebble }) => {
      const query = { after: 'noon' };
      const reply = await pebble.raw({ method: 'GET', path: '/v1/notices', query });
      expect(reply.json).toMatchObject(refusal(400, matching(/^invalid "after" timestamp: /)));
      const bad = await pebble.raw({ method: 'GET', path: '/v1/notices', query: { timeout: '5' } });
      expect(bad.json).toMatchObject(refusal(400, matching(/^invalid timeout: /)));
    });

    test('are waited for, in vain too', async ({ pebble }) => {
      const query = { timeout: '50ms' };
      const none = await pebble.raw({ method: 'GET', path: '/v1/notices', query });
      expect(none).toMatchObject({ status: 200, json: { result: [] } });
      const one = pebble.raw({ method: 'GET', path: '/v1/notices', query: { timeout: '10s' } });
      await pebble.client.notify(named('a'));
      await expect(one).resolves.toMatchObject({ json: { result: [{ key: named('a') }] } });
    });

    test('are followed, each occurrence once', async ({ pebble }) => {
      const { client } = pebble;
      await client.notify(named('before'));
      const count = 200;
      const seen: string[] = [];
      const following = (async () => {
        for await (const notice of client.watchNotices({ types: ['custom'] })) {
          seen.push(`${notice.key} ${notice.occurrences}`);
          if (notice.key === named('last')) return;
        }
      })();
      for (let i = 0; i < count; i += 1) await client.notify(named(`n${i}`));
      await client.notify(named('last'));
      await following;
      expect(seen).toEqual([
        `${named('before')} 1`,
        ...Array.from({ length: count }, (_, i) => `${named(`n${i}`)} 1`),
        `${named('last')} 1`,
      ]);
    });

    test('that are notified at the same time are all followed', async ({ pebble }) => {
      const { client } = pebble;
      const count = 120;
      const seen: string[] = [];
      const following = (async () => {
        for await (const notice of client.watchNotices()) {
          seen.push(notice.key);
          if (seen.length === count) return;
        }
      })();
      await Promise.all(
        Array.from({ length: count }, async (_, i) => await client.notify(named(`n${i}`))),
      );
      await following;
      expect(new Set(seen).size).toBe(count);
    });

    test('are followed from where somebody left', async ({ pebble }) => {
      const { client } = pebble;
      const stops: string[] = [];
      let after: string | undefined;
      for (const key of ['a', 'b', 'c']) await client.notify(named(key));
      for (let i = 0; i < 3; i += 1) {
        for await (const notice of client.watchNotices({ after })) {
          stops.push(notice.key);
          after = notice.lastRepeated;
          break;
        }
      }
      expect(stops).toEqual(['a', 'b', 'c'].map(named));
    });
  });
}

function named(key: string): string {
  return `example.com/${key}`;
}

function keys(notices: readonly Notice[]): readonly string[] {
  return notices.map(({ key }) => key);
}
