import { no, yes, type No, type Yes } from 'charmwright';

import { refresh } from '../apply-config.ts';
import { availableConfig } from '../available-config.ts';
import { withOptions } from '../options.ts';
import { defaultConfig, type PoolerConfig } from '../pooler-config.ts';
import type { Pooler } from '../pooler.ts';
import { show } from '../status.ts';
import { containerGone, leaderNeeded } from '../verdict.ts';
import { ensureDirectories } from '../workload/directories.ts';

export async function isContainer(pooler: Pooler): Promise<boolean> {
  return await pooler.unit.container('pgbouncer').canConnect();
}

export async function isCfg(pooler: Pooler): Promise<Yes<PoolerConfig> | No> {
  const config = await availableConfig(pooler);
  return config === undefined ? no() : yes(config);
}

export async function isLeader(pooler: Pooler): Promise<boolean> {
  return await pooler.unit.isLeader();
}

/** The defaults with the options as they are set; for unusable ones the default is used. */
export async function genCfg(pooler: Pooler): Promise<PoolerConfig> {
  return await withOptions(pooler, defaultConfig);
}

export async function makeDirs(pooler: Pooler): Promise<void> {
  await ensureDirectories(pooler);
}

/** Also writes the file of users, and tells clients where the poolers are. */
export async function renderCfg(pooler: Pooler, config: PoolerConfig): Promise<void> {
  await refresh(pooler, config);
}

export async function defer(pooler: Pooler): Promise<string> {
  await show(pooler, containerGone);
  return 'the pgbouncer container is not up yet; its pebble-ready event will find it';
}

export async function deferWait(pooler: Pooler): Promise<string> {
  await show(pooler, leaderNeeded);
  return 'the leader has not published a config yet; pgb-peers-relation-changed will bring it';
}
