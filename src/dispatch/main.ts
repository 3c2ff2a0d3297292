import { join } from 'node:path';
import type { Charm, CharmClass } from '../charm/charm.ts';
import type { CharmMeta } from '../charm/metadata.ts';
import type { Logger } from '../framework/logger.ts';
import { ChosenHookTools } from '../juju/chosen-hook-tools.ts';
import { UnixSocketTransport } from '../pebble/unix-socket-transport.ts';
import { dispatch } from './dispatch.ts';
import { runLegacyHook } from './legacy-hook.ts';
import { openStore, type StateOptions } from './open-store.ts';
import { ProcessWatch } from './process-watch.ts';

/**
 * Where Juju mounts the containers' Pebble sockets. CHARMWRIGHT_CONTAINERS_DIR replaces it where the
 * path cannot be made true, for development only.
 */
const containersDir = '/charm/containers';

/** What a charm may choose for its dispatches. */
export type MainOptions = StateOptions;

/**
 * Runs the hook that Juju started this process for, and ends the process: nothing after it runs.
 *
 * @example `await main(HelloCharm);`
 */
export async function main<M extends CharmMeta, C extends Charm<M>>(
  charmClass: CharmClass<M, C>,
  options: MainOptions = {},
): Promise<void> {
  const watch = new ProcessWatch(process);
  const { env } = process;
  let logger: Logger | undefined;
  const hookTools = new ChosenHookTools({
    environment: env,
    onProcesses: (why) => logger?.info(`hook tools are run as processes: ${why}`),
  });
  const charmDir = env['JUJU_CHARM_DIR'] ?? env['CHARM_DIR'] ?? process.cwd();
  const containers = env['CHARMWRIGHT_CONTAINERS_DIR'] ?? containersDir;
  const result = await dispatch({
    charmClass,
    env,
    hookTools,
    store: openStore(options, env, charmDir, hookTools),
    pebble: (container) => new UnixSocketTransport(join(containers, container, 'pebble.socket')),
    signal: watch.signal,
    onLogger: (made, unsent) => {
      logger = made;
      watch.logTo(made, unsent);
    },
    legacyHook: (logger) =>
      runLegacyHook({
        charmDir,
        environment: env,
        logger,
        ownPrograms: [join(charmDir, 'dispatch'), process.argv[1] ?? ''],
        signal: watch.signal,
      }),
  });
  await hookTools.close();
  watch.end(result);
}
