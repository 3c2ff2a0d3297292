import { refresh } from './apply-config.ts';
import { currentConfig } from './available-config.ts';
import { isConnectionError } from './connection-error.ts';
import type { PoolerConfig } from './pooler-config.ts';
import type { Pooler } from './pooler.ts';

/**
 * Brings files and processes up to what the relations say now. Without a configuration or without
 * the container there is nothing to bring up: the start and pebble-ready events will, with the same
 * data.
 *
 * @param adjust what else is to change in the configuration. Default: nothing.
 */
export async function followRelations(
  pooler: Pooler,
  adjust: (config: PoolerConfig) => PoolerConfig | Promise<PoolerConfig> = (config) => config,
): Promise<void> {
  try {
    const current = await currentConfig(pooler);
    if (current === undefined) {
      pooler.logger.debug('there is no pgbouncer config yet to bring up to date');
      return;
    }
    await refresh(pooler, await adjust(current.config), current.files);
  } catch (error) {
    if (!isConnectionError(error)) {
      throw error;
    }
    pooler.logger.info('the pgbouncer container is away; its files are brought up when it is back');
  }
}
