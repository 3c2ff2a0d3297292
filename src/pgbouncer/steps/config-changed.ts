import type { No, Yes } from 'charmwright';

import { refresh } from '../apply-config.ts';
import { readOptions } from '../options.ts';
import type { PoolerConfig } from '../pooler-config.ts';
import type { Pooler } from '../pooler.ts';
import { reconsider, show } from '../status.ts';
import { configNeeded } from '../verdict.ts';
import * as pebbleReady from './pebble-ready.ts';

export async function isLeader(pooler: Pooler): Promise<boolean> {
  return await pooler.unit.isLeader();
}

export async function isCfg(pooler: Pooler): Promise<Yes<PoolerConfig> | No> {
  return await pebbleReady.isCfg(pooler);
}

/** Options that cannot be used keep their last good value; the unit's status tells of them. */
export async function matchCfg(pooler: Pooler, config: PoolerConfig): Promise<PoolerConfig> {
  const { settings } = await readOptions(pooler);
  return { ...config, ...settings };
}

export async function renderCfg(pooler: Pooler, config: PoolerConfig): Promise<void> {
  await refresh(pooler, config);
  await reconsider(pooler, 'configuration');
}

export async function defer(pooler: Pooler): Promise<string> {
  await show(pooler, configNeeded);
  return 'there is no pgbouncer config yet; the start event makes it';
}
