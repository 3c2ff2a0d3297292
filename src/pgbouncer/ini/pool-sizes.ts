import { PoolSizeError } from './errors.ts';

/** How many server connections one process keeps for each pair of database and user. */
export interface PoolSizes {
  readonly default_pool_size: number;
  readonly min_pool_size: number;
  readonly reserve_pool_size: number;
}

/**
 * Half of a process's share of `maxDbConnections` as the default size, a quarter each as the
 * smallest size and the reserve, rounded up.
 *
 * @param maxDbConnections 0 means no limit and gives 20, 10 and 10.
 * @param instances PgBouncer processes on the unit.
 * @throws {PoolSizeError} for fewer than one process or a negative limit.
 */
export function poolSizes(maxDbConnections: number, instances: number): PoolSizes {
  if (!Number.isSafeInteger(instances) || instances < 1) {
    throw new PoolSizeError('the number of processes', instances, 'of at least 1');
  }
  if (!Number.isSafeInteger(maxDbConnections) || maxDbConnections < 0) {
    throw new PoolSizeError('max_db_connections', maxDbConnections, 'of at least 0');
  }
  if (maxDbConnections === 0) {
    return { default_pool_size: 20, min_pool_size: 10, reserve_pool_size: 10 };
  }
  const share = maxDbConnections / instances;
  return {
    default_pool_size: Math.ceil(share / 2),
    min_pool_size: Math.ceil(share / 4),
    reserve_pool_size: Math.ceil(share / 4),
  };
}
