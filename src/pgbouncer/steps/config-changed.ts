import { refresh } from '../apply-config.ts';
import { withOptions } from '../options.ts';
import type { PoolerConfig } from '../pooler-config.ts';
import type { Pooler } from '../pooler.ts';
import { reconsider, show } from '../status.ts';
import { configNeeded } from '../verdict.ts';

export { isCfg } from './pebble-ready.ts';
export { isLeader } from './start.ts';

/** Options that cannot be used keep their last good value; the unit's status tells of them. */
export async function matchCfg(pooler: Pooler, config: PoolerConfig): Promise<PoolerConfig> {
  return await withOptions(pooler, config);
}

export async function renderCfg(pooler: Pooler, config: PoolerConfig): Promise<void> {
  await refresh(pooler, config);
  await reconsider(pooler, 'configuration');
}

export async function defer(pooler: Pooler): Promise<string> {
  await show(pooler, configNeeded);
  return 'there is no pgbouncer config yet; the start event makes it';
}
