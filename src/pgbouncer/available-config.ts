import { messageOf } from 'charmwright';
import { PebblePathError } from 'charmwright/pebble';

import { readIni } from './ini/read.ts';
import { configOf, isDefault, type PoolerConfig } from './pooler-config.ts';
import type { Pooler } from './pooler.ts';
import { publishedConfig } from './relations/peers.ts';
import { baseIniFile } from './workload/paths.ts';

/**
 * The configuration that the unit is to run with: from its container or from the peer databag.
 *
 * A file that does not parse and validate counts as absent and is warned about. On a follower the
 * databag wins, which the leader wrote last. On the leader its own file wins, unless that is the
 * bare default and the databag is not.
 *
 * @throws {PebbleConnectionError} when the container is not there (any more).
 */
export async function availableConfig(pooler: Pooler): Promise<PoolerConfig | undefined> {
  const [own, published] = await Promise.all([containerConfig(pooler), publishedConfig(pooler)]);
  if (own === undefined || published === undefined) {
    return own ?? published;
  }
  if (await pooler.unit.isLeader()) {
    return isDefault(own) ? published : own;
  }
  return published;
}

async function containerConfig(pooler: Pooler): Promise<PoolerConfig | undefined> {
  let text: string;
  try {
    text = await pooler.unit.container('pgbouncer').pullText(baseIniFile);
  } catch (error) {
    if (error instanceof PebblePathError && error.kind === 'not-found') {
      return undefined;
    }
    throw error;
  }
  try {
    return configOf(readIni(text));
  } catch (error) {
    pooler.logger.warn(`config in the container is ignored: ${messageOf(error)}`);
    return undefined;
  }
}
