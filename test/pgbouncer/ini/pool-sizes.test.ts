import { expect, test } from 'vitest';

import { poolSizes } from '../../../src/pgbouncer/ini/pool-sizes.ts';

test.each([
  [100, 1, 50, 25, 25],
  [100, 2, 25, 13, 13],
  [100, 4, 13, 7, 7],
  [100, 8, 7, 4, 4],
  [100, 64, 1, 1, 1],
  [44, 2, 11, 6, 6],
  [535, 1, 268, 134, 134],
  [1, 8, 1, 1, 1],
  [0, 1, 20, 10, 10],
  [0, 16, 20, 10, 10],
])(
  '%i connections over %i processes make pools of %i, at least %i, with %i in reserve',
  (most, instances, standard, least, reserve) => {
    expect(poolSizes(most, instances)).toEqual({
      default_pool_size: standard,
      min_pool_size: least,
      reserve_pool_size: reserve,
    });
  },
);

test.each([
  [100, 0],
  [100, -1],
  [100, 1.5],
  [100, Number.NaN],
  [-4, 2],
])('%d connections over %d processes are refused', (most, instances) => {
  expect(() => poolSizes(most, instances)).toThrow(
    expect.objectContaining({ code: 'pgbouncer-pool-size' }),
  );
});
