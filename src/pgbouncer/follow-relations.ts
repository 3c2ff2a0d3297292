import { refresh } from './apply-config.ts';
import { availableConfig } from './available-config.ts';
import { isConnectionError } from './connection-error.ts';
import type { Pooler } from './pooler.ts';

/**
 * Brings files and processes up to what the relations say now. Without a configuration or without
 * the container there is nothing to bring up: the start and pebble-ready events will, with the same
 * data.
 */
export async function followRelations(pooler: Pooler): Promise<void> {
  try {
    const config = await availableConfig(pooler);
    if (config === undefined) {
      pooler.logger.debug('there is no pgbouncer config yet to bring up to date');
      return;
    }
    await refresh(pooler, config);
  } catch (error) {
    if (!isConnectionError(error)) {
      throw error;
    }
    pooler.logger.info('the pgbouncer container is away; its files are brought up when it is back');
  }
}
