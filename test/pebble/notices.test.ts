import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { PebbleClient, type Notice } from '../../src/pebble/index.ts';
import { nanosecondsOf } from '../../src/pebble/timestamp.ts';
import { ScriptedTransport, sync } from './scripted-transport.ts';

function wireNotice(id: string, time: string): object {
  return {
    id,
    'user-id': null,
    type: 'custom',
    key: `example.com/${id}`,
    'first-occurred': time,
    'last-occurred': time,
    'last-repeated': time,
    occurrences: 1,
    'expire-after': '168h0m0s',
    'later-field': true,
  };
}

async function take(client: PebbleClient, count: number, after?: string): Promise<Notice[]> {
  const taken: Notice[] = [];
  for await (const notice of client.watchNotices({ after, timeout: 20 })) {
    taken.push(notice);
    if (taken.length === count) break;
  }
  return taken;
}

describe('listing notices', () => {
  test('sends each filter, and times as they are', async () => {
    const transport = new ScriptedTransport(sync(null));
    const after = '2026-01-02T03:04:05.123456789+02:00';
    await new PebbleClient(transport).notices({
      userId: 0,
      types: ['custom', 'warning'],
      keys: ['a.b/c', 'd.e/f'],
      after,
    });
    expect(transport.sent[0]).toEqual({
      method: 'GET',
      path: '/v1/notices',
      query: { 'user-id': '0', types: 'custom,warning', keys: 'a.b/c,d.e/f', after },
    });
  });

  test('sends what a notice carries', async () => {
    const transport = new ScriptedTransport(sync({ id: '7' }), sync({ id: '7' }));
    const client = new PebbleClient(transport);
    await expect(client.notify('a.b/c', { data: { k: 'v' }, repeatAfter: 90_000 })).resolves.toBe(
      '7',
    );
    await client.notify('a.b/c');
    expect(transport.sent.map(({ body }) => body)).toEqual([
      {
        action: 'add',
        type: 'custom',
        key: 'a.b/c',
        data: { k: 'v' },
        'repeat-after': '90.000s',
      },
      { action: 'add', type: 'custom', key: 'a.b/c' },
    ]);
  });
});

describe('following notices', () => {
  test('asks for what is later than the last, to the nanosecond', async () => {
    const times = ['2026-01-02T03:04:05.1Z', '2026-01-02T03:04:05.100000001Z'];
    const transport = new ScriptedTransport(
      sync([wireNotice('1', times[0]!), wireNotice('2', times[1]!)]),
      sync([]),
      sync([wireNotice('1', '2026-01-02T03:04:05.100000002Z')]),
    );
    const notices = await take(new PebbleClient(transport), 3);
    expect(notices.map(({ id }) => id)).toEqual(['1', '2', '1']);
    expect(transport.sent.map(({ query }) => query)).toEqual([
      { timeout: '0.010s' },
      { timeout: '0.010s', after: times[1] },
      { timeout: '0.010s', after: times[1] },
    ]);
  });

  test('goes on from the latest, in whatever order a daemon lists them', async () => {
    const transport = new ScriptedTransport(
      sync([wireNotice('2', '2026-01-01T00:00:00.2Z'), wireNotice('1', '2026-01-01T00:00:00.1Z')]),
      sync([wireNotice('3', '2026-01-01T00:00:00.3Z')]),
    );
    await take(new PebbleClient(transport), 3);
    expect(transport.sent[1]?.query).toMatchObject({ after: '2026-01-01T00:00:00.2Z' });
  });

  test('ends when a daemon tells the same again, rather than for ever', async () => {
    const same = sync([wireNotice('1', '2026-01-01T00:00:00Z')]);
    const client = new PebbleClient(new ScriptedTransport(same, same));
    await expect(take(client, 2)).rejects.toMatchObject({ code: 'pebble-protocol' });
  });

  test('ends when a time is none', async () => {
    const client = new PebbleClient(new ScriptedTransport(sync([wireNotice('1', 'noon')])));
    await expect(take(client, 1)).rejects.toMatchObject({ code: 'pebble-protocol' });
  });

  test('ends with the signal, also between two questions', async () => {
    const controller = new AbortController();
    const transport = new ScriptedTransport(sync([]));
    const following = (async () => {
      const { signal } = controller;
      const options = { signal, timeout: 3_600_000, types: ['unheard-of'] };
      for await (const notice of new PebbleClient(transport).watchNotices(options)) return notice;
      return undefined;
    })();
    setImmediate(() => {
      controller.abort(new Error('enough'));
    });
    await expect(following).rejects.toMatchObject({
      code: 'pebble-abort',
      cause: { message: 'enough' },
    });
    expect(transport.sent.length).toBeLessThanOrEqual(1);
  });
});

describe('a time of the daemon', () => {
  test('is read to the nanosecond, in any zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (seconds, nanoseconds, zone) => {
          const local = new Date((seconds + zone * 60) * 1000).toISOString().slice(0, 19);
          const fraction = String(nanoseconds).padStart(9, '0').replace(/0+$/, '');
          const minutes = Math.abs(zone);
          const offset = `${zone < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
          const text = `${local}${fraction === '' ? '' : `.${fraction}`}${zone === 0 ? 'Z' : offset}`;
          expect(nanosecondsOf(text)).toBe(BigInt(seconds) * 10n ** 9n + BigInt(nanoseconds));
        },
      ),
    );
  });

  test.for(['', 'noon', '2026-01-01', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00'])(
    'is none in %j',
    (text) => {
      expect(nanosecondsOf(text)).toBeUndefined();
    },
  );
});

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}
