import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { manualClock } from '../../../src/simulator/pebble/manual-clock.ts';
import { formatNano, parseNano } from '../../../src/simulator/pebble/notices/nano-time.ts';
import { NoticeList } from '../../../src/simulator/pebble/notices/notice-list.ts';

const week = 7 * 24 * 3_600_000;

describe('notices', () => {
  test('of one moment have different times, so that asking after one misses none', async () => {
    const list = new NoticeList(manualClock());
    for (let count = 0; count < 50; count += 1) {
      list.add({ userId: 0, type: 'custom', key: `example.com/${count}` });
    }
    let after: bigint | undefined;
    let seen = 0;
    for (;;) {
      const [next] = list.list({ after });
      if (next === undefined) break;
      after = next.lastRepeated;
      seen += 1;
    }
    expect(seen).toBe(50);
  });

  test('repeat once the time to wait is over', async () => {
    const clock = manualClock();
    const list = new NoticeList(clock);
    const occurrence = {
      userId: 0,
      type: 'custom',
      key: 'example.com/a',
      repeatAfter: 5e9,
    } as const;
    const id = list.add(occurrence);
    const first = list.get(id)?.lastRepeated;
    await clock.advance(5_000);
    list.add(occurrence);
    expect(list.get(id)?.lastRepeated).toBe(first);
    await clock.advance(1);
    list.add(occurrence);
    expect(list.get(id)?.lastRepeated).toBeGreaterThan(first ?? 0n);
  });

  test('are forgotten after a week, and beyond a thousand', async () => {
    const clock = manualClock();
    const list = new NoticeList(clock);
    const old = list.add({ userId: 0, type: 'custom', key: 'example.com/old' });
    await clock.advance(week + 1);
    list.add({ userId: 0, type: 'custom', key: 'example.com/new' });
    expect(list.get(old)).toBeUndefined();
    for (let count = 0; count < 1500; count += 1) {
      list.add({ userId: 0, type: 'custom', key: `example.com/${count}` });
    }
    expect(list.list({})).toHaveLength(1000);
    expect(list.add({ userId: 0, type: 'custom', key: 'example.com/old' })).not.toBe(old);
  });

  test('of another user are not listed, and those of everybody are', () => {
    const list = new NoticeList(manualClock());
    list.add({ userId: 1, type: 'custom', key: 'example.com/a' });
    list.add({ userId: 2, type: 'custom', key: 'example.com/a' });
    list.add({ userId: null, type: 'change-update', key: '1' });
    const users = list.list({ userId: 2 }).map(({ identity }) => identity.userId);
    expect(users).toEqual([2, null]);
  });

  test('wake those who wait for them, and an abort does as well', async () => {
    const list = new NoticeList(manualClock());
    const stop = new AbortController();
    const waiting = list.wait({ keys: ['example.com/b'] }, stop.signal);
    const inVain = list.wait({ keys: ['example.com/c'] }, stop.signal);
    list.add({ userId: 0, type: 'custom', key: 'example.com/a' });
    list.add({ userId: 0, type: 'custom', key: 'example.com/b' });
    await expect(waiting).resolves.toMatchObject([{ identity: { key: 'example.com/b' } }]);
    stop.abort();
    await expect(inVain).resolves.toEqual([]);
  });
});

test('a time of nanoseconds reads back as it was printed', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }), (time) => {
      expect(parseNano(formatNano(time))).toBe(time);
    }),
  );
});
