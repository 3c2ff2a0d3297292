import { parseCommand, splitWords } from '../../pebble/plan/command.ts';
import type { FoundOwner } from './owner-lookup.ts';
import type { ProcessLauncher, ProcessSpec, ProcessUser } from './process-launcher.ts';

/** A command line of a plan, and what it is to run with. */
export interface PlannedCommand {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string | undefined;
}

/**
 * The process of a service or of a check: with the daemon's environment, and over it what the plan
 * sets. Only services are told their user's home and name, and have default arguments in brackets.
 */
export function plannedProcess(
  purpose: 'service' | 'check',
  name: string,
  { command, environment, workingDirectory }: PlannedCommand,
  owner: FoundOwner | undefined,
  launcher: Pick<ProcessLauncher, 'environment'>,
): ProcessSpec {
  const isService = purpose === 'service';
  const account = isService ? owner?.account : undefined;
  return {
    purpose,
    service: name,
    argv: isService ? serviceWords(command) : splitWords(command),
    environment: {
      ...launcher.environment,
      ...(account === undefined ? {} : { HOME: account.home, USER: account.name }),
      ...environment,
    },
    workingDirectory,
    user: processUser(owner),
  };
}

function serviceWords(command: string): readonly string[] {
  const { fixed, defaults } = parseCommand(command);
  return [...fixed, ...defaults];
}

/** Who runs a process; undefined for whoever runs the daemon. */
export function processUser(owner: FoundOwner | undefined): ProcessUser | undefined {
  return owner && { userId: owner.userId, groupId: owner.groupId, name: owner.account?.name };
}
