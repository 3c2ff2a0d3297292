import { no, yes, type No, type Yes } from 'charmwright';
import { isRunning } from 'charmwright/pebble';

import { applyChanges, renderFiles } from '../apply-config.ts';
import { availableConfig } from '../available-config.ts';
import { isConnectionError } from '../connection-error.ts';
import type { PoolerConfig } from '../pooler-config.ts';
import type { Pooler } from '../pooler.ts';
import { aboutProcesses, show, whileRunning } from '../status.ts';
import { configNeeded } from '../verdict.ts';
import { ensureDirectories } from '../workload/directories.ts';
import { instanceOf } from '../workload/paths.ts';
import { logFailedChange } from '../workload/reload.ts';
import { plannedServices, poolerLayer } from '../workload/services.ts';

export async function isCfg(pooler: Pooler): Promise<Yes<PoolerConfig> | No> {
  try {
    const config = await availableConfig(pooler);
    return config === undefined ? no() : yes(config);
  } catch (error) {
    if (isConnectionError(error)) {
      return no();
    }
    throw error;
  }
}

/** Also brings the files back where only the peers have the config: a new container has none. */
export async function genCfg(pooler: Pooler, config: PoolerConfig): Promise<void> {
  const container = pooler.unit.container('pgbouncer');
  const instances = pooler.machine.instances();
  await ensureDirectories(pooler);
  const changes = await renderFiles(pooler, config);
  const before = await plannedServices(pooler);
  const names = before.map(({ name }) => name);
  await container.addLayer('pgbouncer', poolerLayer(instances, names), { combine: true });
  const running = before.filter(isRunning).map(({ name }) => name);
  const surplus = running.filter((name) => (instanceOf(name) ?? 0) >= instances);
  try {
    if (surplus.length > 0) {
      await container.stop(surplus);
    }
    await container.replan();
  } catch (error) {
    logFailedChange(pooler, error);
  }
  await applyChanges(
    pooler,
    new Map([...changes].filter(([service]) => running.includes(service))),
  );
}

export async function verify(pooler: Pooler): Promise<void> {
  await show(pooler, (await aboutProcesses(pooler)) ?? (await whileRunning(pooler)));
}

export async function defer(pooler: Pooler): Promise<string> {
  await show(pooler, configNeeded);
  return 'there is no pgbouncer config yet; the start event makes it, or the leader publishes it';
}
