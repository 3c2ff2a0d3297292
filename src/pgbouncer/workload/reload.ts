import { isRunning, PebbleApiError, PebbleChangeError, type LogEntry } from 'charmwright/pebble';

import type { Pooler } from '../pooler.ts';
import type { Changes } from './files.ts';
import { plannedServices, runningServices } from './services.ts';

// A process reads its file within milliseconds; this is for a machine under load.
const patience = { tries: 50, pause: 20 };

/**
 * Has the processes take what was written: by SIGHUP where PgBouncer can, which keeps all clients;
 * by restarts, one process after the other, where it cannot. A process that should run and does not
 * is started. Services that are not planned are left to the hook that plans them.
 *
 * @returns whether every process took it, and none that had to reload failed to say so.
 */
export async function takeChanges(pooler: Pooler, changes: Changes): Promise<boolean> {
  const services = await plannedServices(pooler);
  const affected = services.filter(
    ({ name, startup }) => changes.has(name) && startup === 'enabled',
  );
  const reloading = affected.filter((one) => changes.get(one.name) === 'reload' && isRunning(one));
  const hangingUp = reloading.map(({ name }) => hangUp(pooler, name));
  // When one of them fails, none of the others goes on behind the hook's back.
  await Promise.allSettled(hangingUp);
  const outcomes = await Promise.all(hangingUp);
  for (const service of affected.filter((one) => !reloading.includes(one))) {
    outcomes.push(await restart(pooler, service.name));
  }
  return !outcomes.includes(false);
}

/** Whether the poolers of this unit accept clients on a port; a process that starts is waited for. */
export async function isListening(pooler: Pooler, port: number): Promise<boolean> {
  if ((await runningServices(pooler)).length === 0) {
    return false;
  }
  for (let tries = 0; tries < patience.tries; tries += 1) {
    if (await pooler.machine.answers({ host: '127.0.0.1', port })) {
      return true;
    }
    await pooler.machine.wait(patience.pause);
  }
  pooler.logger.warn(`nothing listens on port ${port} yet; clients are told about it later`);
  return false;
}

/** Reports a change that Pebble could not finish, with the log of its tasks. */
export function logFailedChange(pooler: Pooler, error: unknown): void {
  if (!(error instanceof PebbleChangeError)) {
    throw error;
  }
  pooler.logger.error(error.message);
}

async function restart(pooler: Pooler, service: string): Promise<boolean> {
  try {
    await pooler.unit.container('pgbouncer').restart([service]);
    return true;
  } catch (error) {
    logFailedChange(pooler, error);
    return false;
  }
}

/**
 * Sends SIGHUP and looks at what the process logs about it: PgBouncer goes on with half a
 * configuration when it refuses a line of the file, and tells nobody else.
 */
async function hangUp(pooler: Pooler, service: string): Promise<boolean> {
  const [last] = (await logOf(pooler, service)).slice(-1);
  try {
    await pooler.unit.container('pgbouncer').sendSignal('SIGHUP', [service]);
  } catch (error) {
    if (!(error instanceof PebbleApiError)) {
      throw error;
    }
    pooler.logger.warn(`${service} ended before it could reload: it is restarted`);
    return await restart(pooler, service);
  }
  for (let tries = 0; tries < patience.tries; tries += 1) {
    const lines = linesAfter(await logOf(pooler, service), last);
    if (lines.some((line) => line.includes('got SIGHUP'))) {
      return await readingWentWell(pooler, service, last);
    }
    await pooler.machine.wait(patience.pause);
  }
  pooler.logger.warn(`${service} was told to reload and has not said yet that it did`);
  return false;
}

async function readingWentWell(
  pooler: Pooler,
  service: string,
  last: LogEntry | undefined,
): Promise<boolean> {
  await pooler.machine.wait(patience.pause);
  const lines = linesAfter(await logOf(pooler, service), last);
  const complaints = lines
    .slice(lines.findIndex((line) => line.includes('got SIGHUP')))
    .filter((line) => /\b(ERROR|FATAL)\b.*(config|auth_file|auth file|could not load)/.test(line));
  for (const complaint of complaints) {
    pooler.logger.error(`${service} refused its configuration: ${complaint}`);
  }
  return complaints.length === 0;
}

async function logOf(pooler: Pooler, service: string): Promise<readonly LogEntry[]> {
  return await pooler.unit.container('pgbouncer').logs({ services: [service], n: 200 });
}

/** What was logged after the entry that was the last one before. */
function linesAfter(entries: readonly LogEntry[], last: LogEntry | undefined): readonly string[] {
  const known = entries.findLastIndex(
    (entry) => entry.time === last?.time && entry.message === last.message,
  );
  return entries.slice(known + 1).map(({ message }) => message);
}
