import { no, yes, type No, type Yes } from 'charmwright';

import { availableConfig } from '../available-config.ts';
import { isConnectionError } from '../connection-error.ts';
import type { PoolerConfig } from '../pooler-config.ts';
import type { Pooler } from '../pooler.ts';
import { refreshClients } from '../relations/clients.ts';
import { publishedConfig, publishLeader } from '../relations/peers.ts';
import { aboutBackend, aboutProcesses, show, whileRunning } from '../status.ts';
import type { Verdict } from '../verdict.ts';

export async function isBackendReady(pooler: Pooler): Promise<Yes | No<Verdict>> {
  const verdict = await aboutBackend(pooler);
  return verdict === undefined ? yes() : no(verdict);
}

export async function isRunning(pooler: Pooler): Promise<Yes | No<Verdict>> {
  const verdict = await aboutProcesses(pooler);
  return verdict === undefined ? yes() : no(verdict);
}

export async function setBlocked(pooler: Pooler, verdict: Verdict): Promise<void> {
  await show(pooler, verdict);
}

export async function setActive(pooler: Pooler): Promise<void> {
  await show(pooler, await whileRunning(pooler));
}

export async function setWaiting(pooler: Pooler, verdict: Verdict): Promise<void> {
  await show(pooler, verdict);
}

export async function updateLeader(pooler: Pooler): Promise<void> {
  await publishLeader(pooler);
}

export async function updateRelations(pooler: Pooler): Promise<void> {
  const config = await configNow(pooler);
  if (config !== undefined) {
    await refreshClients(pooler, config.listenPort);
  }
}

/** While the container is away, clients go by what the leader has published. */
async function configNow(pooler: Pooler): Promise<PoolerConfig | undefined> {
  try {
    return await availableConfig(pooler);
  } catch (error) {
    if (isConnectionError(error)) {
      return await publishedConfig(pooler);
    }
    throw error;
  }
}
