import { refresh } from '../apply-config.ts';
import type { CurrentConfig } from '../available-config.ts';
import { withOptions } from '../options.ts';
import type { Pooler } from '../pooler.ts';
import { reconsider, show } from '../status.ts';
import { configNeeded } from '../verdict.ts';

export { isCfg } from './pebble-ready.ts';
export { isLeader } from './start.ts';

/** Options that cannot be used keep their last good value; the unit's status tells of them. */
export async function matchCfg(
  pooler: Pooler,
  { config, files }: CurrentConfig,
): Promise<CurrentConfig> {
  return { config: await withOptions(pooler, config), files };
}

export async function renderCfg(pooler: Pooler, { config, files }: CurrentConfig): Promise<void> {
  await refresh(pooler, config, files);
  await reconsider(pooler, 'configuration');
}

export async function defer(pooler: Pooler): Promise<string> {
  await show(pooler, configNeeded);
  return 'there is no pgbouncer config yet; the start event makes it';
}
