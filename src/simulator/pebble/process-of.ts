import { parseCommand } from '../../pebble/plan/command.ts';
import type { FoundOwner } from './owner-lookup.ts';
import type { ProcessLauncher, ProcessSpec, ProcessUser } from './process-launcher.ts';

/** A command line of a plan, and what it is to run with. */
export interface PlannedCommand {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string | undefined;
}

/**
 * The process of a service or of a check: with the daemon's environment, its user's home and name,
 * and over these what the plan sets.
 */
export function plannedProcess(
  purpose: 'service' | 'check',
  name: string,
  { command, environment, workingDirectory }: PlannedCommand,
  owner: FoundOwner | undefined,
  launcher: Pick<ProcessLauncher, 'environment'>,
): ProcessSpec {
  const { fixed, defaults } = parseCommand(command);
  const account = owner?.account;
  return {
    purpose,
    service: name,
    argv: [...fixed, ...defaults],
    environment: {
      ...launcher.environment,
      ...(account === undefined ? {} : { HOME: account.home, USER: account.name }),
      ...environment,
    },
    workingDirectory,
    user: processUser(owner),
  };
}

/** Who runs a process; undefined for whoever runs the daemon. */
export function processUser(owner: FoundOwner | undefined): ProcessUser | undefined {
  return owner && { userId: owner.userId, groupId: owner.groupId, name: owner.account?.name };
}
