import { withBackend, type PoolerConfig } from './pooler-config.ts';
import type { Pooler } from './pooler.ts';
import { exposePort } from './exposed-port.ts';
import { readBackend } from './relations/backend.ts';
import { refreshClients } from './relations/clients.ts';
import { publishConfig } from './relations/peers.ts';
import { settleChanges, writeFiles, type Changes } from './workload/files.ts';
import { isListening, takeChanges } from './workload/reload.ts';

/**
 * Writes the files where they differ, with the backend that the unit sees now, and has the leader
 * publish the configuration to its peers.
 *
 * @returns what the processes have to do about it.
 */
export async function renderFiles(pooler: Pooler, config: PoolerConfig): Promise<Changes> {
  const backend = await readBackend(pooler);
  const rendered = withBackend(config, backend);
  const changes = await writeFiles(pooler, rendered, backend);
  await publishConfig(pooler, rendered);
  return changes;
}

/**
 * Has the processes take what was rendered.
 *
 * @param running the services that ran before the files changed, when others have been started on
 * the changed files since. Default: all that are planned.
 * @returns whether they did.
 */
export async function applyChanges(
  pooler: Pooler,
  changes: Changes,
  running?: readonly string[],
): Promise<boolean> {
  if (changes.size === 0) {
    return true;
  }
  const outdated =
    running === undefined
      ? changes
      : new Map([...changes].filter(([service]) => running.includes(service)));
  const taken = await takeChanges(pooler, outdated);
  if (taken) {
    await settleChanges(pooler);
  }
  return taken;
}

/**
 * Renders a configuration and has everybody follow it: the processes that run, and then the
 * clients. They are told a new port only once somebody listens there; update-status sees to the rest.
 */
export async function refresh(pooler: Pooler, config: PoolerConfig): Promise<void> {
  const changes = await renderFiles(pooler, config);
  const taken = await applyChanges(pooler, changes);
  const restarted = [...changes.values()].includes('restart');
  await exposePort(pooler, config.listenPort);
  if (taken && (!restarted || (await isListening(pooler, config.listenPort)))) {
    await refreshClients(pooler, config.listenPort);
  }
}
