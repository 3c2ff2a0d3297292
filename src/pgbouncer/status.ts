import { PebblePathError } from 'charmwright/pebble';

import { isConnectionError } from './connection-error.ts';
import { readOptions } from './options.ts';
import type { Pooler } from './pooler.ts';
import { backendAnswers, readBackend } from './relations/backend.ts';
import {
  aboutOptions,
  aboutServices,
  backendMissing,
  backendNotReady,
  containerGone,
  running,
  type Concern,
  type Verdict,
} from './verdict.ts';
import { userlistFile } from './workload/paths.ts';
import { poolerServices } from './workload/services.ts';

/** Shows a verdict as the unit's status, and remembers what it is about. */
export async function show(pooler: Pooler, { concern, status }: Verdict): Promise<void> {
  pooler.concern.value = concern;
  await pooler.unit.setStatus(status);
}

/** What keeps the backend from being ready, or `undefined` when it is. */
export async function aboutBackend(pooler: Pooler): Promise<Verdict | undefined> {
  const backend = await readBackend(pooler);
  if (backend.kind !== 'complete') {
    return backendMissing;
  }
  if (!(await hasUsers(pooler)) || !(await backendAnswers(pooler))) {
    return backendNotReady;
  }
  return undefined;
}

/** What keeps the processes from serving, or `undefined` when all of them run. */
export async function aboutProcesses(pooler: Pooler): Promise<Verdict | undefined> {
  try {
    return aboutServices(await poolerServices(pooler));
  } catch (error) {
    if (isConnectionError(error)) {
      return containerGone;
    }
    throw error;
  }
}

/** What to show while all processes run. */
export async function whileRunning(pooler: Pooler): Promise<Verdict> {
  const { problems } = await readOptions(pooler);
  return running(problems);
}

/** Shows what an unusable option asks for; mending it brings back what would show otherwise. */
export async function reportOptions(pooler: Pooler): Promise<void> {
  const { problems } = await readOptions(pooler);
  const verdict = aboutOptions(problems);
  if (verdict === undefined) {
    await reconsider(pooler, 'options');
    return;
  }
  pooler.logger.warn(verdict.status.message);
  await show(pooler, verdict);
}

/** Works the status out anew, if the one that shows is about one of these. */
export async function reconsider(pooler: Pooler, ...about: readonly Concern[]): Promise<void> {
  if (about.includes(pooler.concern.value)) {
    await show(
      pooler,
      (await aboutBackend(pooler)) ??
        (await aboutProcesses(pooler)) ??
        (await whileRunning(pooler)),
    );
  }
}

/** Whether the file of users is where PgBouncer looks for it. Not asked of an absent container. */
async function hasUsers(pooler: Pooler): Promise<boolean> {
  try {
    return await pooler.unit.container('pgbouncer').exists(userlistFile);
  } catch (error) {
    if (isConnectionError(error)) {
      return true;
    }
    if (error instanceof PebblePathError) {
      return false;
    }
    throw error;
  }
}
