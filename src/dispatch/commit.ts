import type { Framework } from '../framework/framework.ts';
import type { LogTransport } from '../juju/log-transport.ts';

/**
 * Sends the gathered writes and commits queue and state. Log lines leave meanwhile: they depend on
 * nothing.
 */
export async function commit(framework: Framework, log: LogTransport): Promise<void> {
  const lines = log.flush();
  try {
    await framework.commit();
  } finally {
    await lines;
  }
}
