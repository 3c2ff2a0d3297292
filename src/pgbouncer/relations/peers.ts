import { messageOf } from 'charmwright';
import { readIni } from '../ini/read.ts';
import { renderIni } from '../ini/render.ts';
import { configOf, publishedIni, type PoolerConfig } from '../pooler-config.ts';
import type { Pooler } from '../pooler.ts';
import { isHost } from './endpoint.ts';

const endpoint = 'pgb-peers';

/** The name under which the cluster finds this unit's pod. */
export function hostnameOf(pooler: Pooler): string {
  const pod = pooler.unit.name.replace('/', '-');
  return `${pod}.${pooler.app.name}-endpoints.${pooler.model.name}.svc.cluster.local`;
}

/** The configuration that the leader has published, if it can be used. */
export async function publishedConfig(pooler: Pooler): Promise<PoolerConfig | undefined> {
  const peers = await pooler.model.relation(endpoint);
  const text = await peers?.data(pooler.app).get('cfg_file');
  if (text === undefined) {
    return undefined;
  }
  try {
    return configOf(readIni(text));
  } catch (error) {
    pooler.logger.warn(`config in the peer databag is ignored: ${messageOf(error)}`);
    return undefined;
  }
}

/** Has the leader publish the configuration. It holds no secret: each unit reads those itself. */
export async function publishConfig(pooler: Pooler, config: PoolerConfig): Promise<void> {
  await writeAsLeader(pooler, { cfg_file: renderIni(publishedIni(config)) });
}

/** Has the leader publish where it is. */
export async function publishLeader(pooler: Pooler): Promise<void> {
  await writeAsLeader(pooler, { leader_hostname: hostnameOf(pooler) });
}

/** Has this unit say where it is. */
export async function publishHostname(pooler: Pooler): Promise<void> {
  const peers = await pooler.model.relation(endpoint);
  await peers?.data(pooler.unit).set({ 'private-address': hostnameOf(pooler) });
}

/** Where the other units are, in order; without those that have not said so yet. */
export async function peerHostnames(pooler: Pooler): Promise<readonly string[]> {
  const peers = await pooler.model.relation(endpoint);
  if (peers === undefined) {
    return [];
  }
  const units = await peers.units();
  const hosts = await Promise.all(units.map((unit) => peers.data(unit).get('private-address')));
  return hosts.filter((host): host is string => host !== undefined && isHost(host)).sort();
}

async function writeAsLeader(
  pooler: Pooler,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const peers = await pooler.model.relation(endpoint);
  if (peers !== undefined && (await pooler.unit.isLeader())) {
    await peers.data(pooler.app).set(changes);
  }
}
