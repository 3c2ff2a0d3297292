import type { PebbleClock } from '../clock.ts';
import type { ServiceLog } from '../logs/service-log.ts';
import type { FoundOwner } from '../owner-lookup.ts';
import type { LaunchedProcess, ProcessLauncher } from '../process-launcher.ts';
import { plannedProcess } from '../process-of.ts';
import type { ServiceConfig } from './service-config.ts';

/** The part of the kill delay for which output is awaited once the process has gone. */
const outputPart = 0.9;

const nothing = (): void => undefined;

/**
 * Starts the process of a service, with the environment and user that its definition asks for.
 *
 * @throws {LaunchError}
 */
export async function launchService(
  config: ServiceConfig,
  owner: FoundOwner | undefined,
  launcher: ProcessLauncher,
  log: ServiceLog,
): Promise<LaunchedProcess> {
  const process = plannedProcess('service', config.name, config, owner, launcher);
  return await launcher.launch(process, (chunk) => {
    log.write(chunk);
  });
}

/** Waits for a process to end, and a while for whoever still holds its output. @returns its exit code */
export async function processEnd(
  process: LaunchedProcess,
  killDelay: number,
  clock: PebbleClock,
): Promise<number> {
  const code = await process.exited;
  let cancel = nothing;
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(killDelay * outputPart, resolve);
  });
  await Promise.race([process.outputClosed, late]);
  cancel();
  process.abandonOutput();
  return code;
}
