import { messageOf } from 'charmwright';

import { readIni } from './ini/read.ts';
import { configOf, isDefault, type PoolerConfig } from './pooler-config.ts';
import type { Pooler } from './pooler.ts';
import { publishedConfig } from './relations/peers.ts';
import { readFiles, type FoundFiles } from './workload/files.ts';
import { baseIniFile } from './workload/paths.ts';

/** The configuration that the unit is to run with, and its files as they were found with it. */
export interface CurrentConfig {
  readonly config: PoolerConfig;
  readonly files: FoundFiles;
}

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
  return await choose(pooler, pooler.unit.container('pgbouncer').findText(baseIniFile));
}

/** As {@link availableConfig}, for who writes the files next: reads them all at once. */
export async function currentConfig(pooler: Pooler): Promise<CurrentConfig | undefined> {
  const reading = readFiles(pooler);
  const [config, files] = await Promise.all([
    choose(
      pooler,
      reading.then((found) => found.get(baseIniFile)),
    ),
    reading,
  ]);
  return config === undefined ? undefined : { config, files };
}

async function choose(
  pooler: Pooler,
  text: Promise<string | undefined>,
): Promise<PoolerConfig | undefined> {
  const [own, published] = await Promise.all([
    text.then((found) => parse(pooler, found)),
    publishedConfig(pooler),
  ]);
  if (own === undefined || published === undefined) {
    return own ?? published;
  }
  if (await pooler.unit.isLeader()) {
    return isDefault(own) ? published : own;
  }
  return published;
}

function parse(pooler: Pooler, text: string | undefined): PoolerConfig | undefined {
  if (text === undefined) {
    return undefined;
  }
  try {
    return configOf(readIni(text));
  } catch (error) {
    pooler.logger.warn(`config in the container is ignored: ${messageOf(error)}`);
    return undefined;
  }
}
