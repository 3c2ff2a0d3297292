import type { PebbleClock } from '../clock.ts';
import type { ServiceLog } from '../logs/service-log.ts';
import type { FoundOwner } from '../owner-lookup.ts';
import { parseCommand } from '../../../pebble/plan/command.ts';
import type { LaunchedProcess, ProcessLauncher } from '../process-launcher.ts';
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
  { name, command, environment, workingDirectory }: ServiceConfig,
  owner: FoundOwner | undefined,
  launcher: ProcessLauncher,
  log: ServiceLog,
): Promise<LaunchedProcess> {
  const { fixed, defaults } = parseCommand(command);
  const account = owner?.account;
  return await launcher.launch(
    {
      purpose: 'service',
      service: name,
      argv: [...fixed, ...defaults],
      environment: {
        ...launcher.environment,
        ...(account === undefined ? {} : { HOME: account.home, USER: account.name }),
        ...environment,
      },
      workingDirectory,
      user: owner && { userId: owner.userId, groupId: owner.groupId, name: account?.name },
    },
    (chunk) => {
      log.write(chunk);
    },
  );
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
