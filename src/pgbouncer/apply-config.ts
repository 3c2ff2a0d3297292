import { withBackend, type PoolerConfig } from './pooler-config.ts';
import type { Pooler } from './pooler.ts';
import { exposePort } from './exposed-port.ts';
import { readBackend } from './relations/backend.ts';
import { refreshClients } from './relations/clients.ts';
import { publishConfig } from './relations/peers.ts';
import {
  readFiles,
  settleChanges,
  writeFiles,
  type Changes,
  type FoundFiles,
} from './workload/files.ts';
import { isListening, takeChanges } from './workload/reload.ts';

/**
 * Writes the files where they differ, with the backend that the unit sees now, and has the leader
 * publish the configuration to its peers.
 *
 * @param files as they are in the container. Default: they are read.
 * @returns what the processes have to do about it.
 */
export async function renderFiles(
  pooler: Pooler,
  config: PoolerConfig,
  files?: FoundFiles,
): Promise<Changes> {
  const [backend, found] = await Promise.all([readBackend(pooler), files ?? readFiles(pooler)]);
  const rendered = withBackend(config, backend);
  const changes = await writeFiles(pooler, found, rendered, backend);
  await publishConfig(pooler, rendered);
  return changes;
}

/**
 * Has the processes take what was rendered. What one of them did not take stays marked as pending,
 * and the next hook that renders tries again.
 *
 * @param running the services that ran before the files changed, when others have been started on
 * the changed files since. Default: all that are planned.
 */
export async function applyChanges(
  pooler: Pooler,
  changes: Changes,
  running?: readonly string[],
): Promise<void> {
  if (changes.size === 0) {
    return;
  }
  const outdated =
    running === undefined
      ? changes
      : new Map([...changes].filter(([service]) => running.includes(service)));
  if (await takeChanges(pooler, outdated)) {
    await settleChanges(pooler);
  }
}

/**
 * Renders a configuration and has everybody follow it: the processes that run, and then the
 * clients. They are told a new port only once somebody listens there; update-status sees to the rest.
 */
export async function refresh(
  pooler: Pooler,
  config: PoolerConfig,
  files?: FoundFiles,
): Promise<void> {
  // The clients are needed last, and asked for at once: each question to Juju is a process.
  const [changes] = await Promise.all([
    renderFiles(pooler, config, files),
    pooler.model.relations('database'),
  ]);
  await applyChanges(pooler, changes);
  const restarted = [...changes.values()].includes('restart');
  await exposePort(pooler, config.listenPort);
  if (!restarted || (await isListening(pooler, config.listenPort))) {
    await refreshClients(pooler, config.listenPort);
  }
}
