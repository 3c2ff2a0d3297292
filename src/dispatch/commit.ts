import type { Framework } from '../framework/framework.ts';
import type { LogTransport } from '../juju/log-transport.ts';

/**
 * Sends the gathered writes and commits queue and state. Log lines leave meanwhile: they depend on
 * nothing.
 *
 * @param options.discarded Juju is going to drop the writes and run the hook again
 */
export async function commit(
  framework: Framework,
  log: LogTransport,
  options: { readonly discarded: boolean },
): Promise<void> {
  const lines = log.flush();
  try {
    await framework.commit(options);
  } finally {
    await lines;
  }
}
