import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../../src/local/agent/retry-delay.ts';

describe('the wait before a hook is retried', () => {
  it('doubles from 5 seconds up to 5 minutes, as Juju’s does', () => {
    const waits = [1, 2, 3, 6, 7, 8, 1000].map((n) => retryDelay(n, { random: () => 0 }));
    expect(waits).toEqual([5_000, 10_000, 20_000, 160_000, 300_000, 300_000, 300_000]);
  });

  it('differs from unit to unit by up to a tenth', () => {
    expect(retryDelay(1, { random: () => 0.5 })).toBe(5_250);
  });

  it('starts from another wait where that is asked for', () => {
    expect(retryDelay(2, { first: 100, random: () => 0 })).toBe(200);
  });
});
