import { no, yes, type No, type Yes } from 'charmwright';
import { isRunning, type Change } from 'charmwright/pebble';

import { applyChanges, renderFiles } from '../apply-config.ts';
import { currentConfig, type CurrentConfig } from '../available-config.ts';
import { isConnectionError } from '../connection-error.ts';
import type { Pooler } from '../pooler.ts';
import { aboutProcesses, show, whileRunning } from '../status.ts';
import { configNeeded } from '../verdict.ts';
import { instanceOf } from '../workload/paths.ts';
import { logFailedChange } from '../workload/reload.ts';
import { plannedServices, poolerLayer } from '../workload/services.ts';

export async function isCfg(pooler: Pooler): Promise<Yes<CurrentConfig> | No> {
  try {
    const current = await currentConfig(pooler);
    return current === undefined ? no() : yes(current);
  } catch (error) {
    if (isConnectionError(error)) {
      return no();
    }
    throw error;
  }
}

/** Also brings the files back where only the peers have the config: a new container has none. */
export async function genCfg(pooler: Pooler, { config, files }: CurrentConfig): Promise<void> {
  const container = pooler.unit.container('pgbouncer');
  const instances = pooler.machine.instances();
  const changes = await renderFiles(pooler, config, files);
  const before = await plannedServices(pooler);
  const names = before.map(({ name }) => name);
  await container.addLayer('pgbouncer', poolerLayer(instances, names), { combine: true });
  await finish(pooler, () => container.replan());
  await stopSurplus(pooler, instances);
  const ranBefore = before.filter(isRunning).map(({ name }) => name);
  await applyChanges(pooler, changes, ranBefore);
}

/**
 * Not before `replan`, which also starts what is stopped and was planned otherwise before. One that
 * has failed is stopped too, as Pebble would start it again.
 */
async function stopSurplus(pooler: Pooler, instances: number): Promise<void> {
  const surplus = (await plannedServices(pooler))
    .filter(({ name, current }) => current !== 'inactive' && (instanceOf(name) ?? 0) >= instances)
    .map(({ name }) => name);
  if (surplus.length > 0) {
    await finish(pooler, () => pooler.unit.container('pgbouncer').stop(surplus));
  }
}

/** Waits for a change; one that Pebble cannot finish is logged, and `verify` says what became of it. */
async function finish(pooler: Pooler, change: () => Promise<Change>): Promise<void> {
  try {
    await change();
  } catch (error) {
    logFailedChange(pooler, error);
  }
}

export async function verify(pooler: Pooler): Promise<void> {
  await show(pooler, (await aboutProcesses(pooler)) ?? (await whileRunning(pooler)));
}

export async function defer(pooler: Pooler): Promise<string> {
  await show(pooler, configNeeded);
  return 'there is no pgbouncer config yet; the start event makes it, or the leader publishes it';
}
