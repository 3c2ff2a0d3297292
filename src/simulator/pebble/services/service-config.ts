import type { ExitAction } from './exit-action.ts';
import type { OwnerRequest } from '../owner-lookup.ts';
import { ownerOf } from '../plan/entry-owner.ts';
import { mapOf, numberOf, partOf, textOf, type Entry } from '../../../pebble/plan/shape.ts';

/** A service of the plan, with Pebble's defaults filled in. Times are in milliseconds. */
export interface ServiceConfig {
  readonly name: string;
  readonly startup: 'enabled' | 'disabled';
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly owner: OwnerRequest;
  readonly workingDirectory: string | undefined;
  readonly onSuccess: ExitAction;
  readonly onFailure: ExitAction;
  /** By the name of the check. */
  readonly onCheckFailure: ReadonlyMap<string, ExitAction>;
  readonly backoffDelay: number;
  readonly backoffFactor: number;
  readonly backoffLimit: number;
  readonly killDelay: number;
}

/** @param entry with the workload whose name it has, where its process is meant. */
export function serviceConfig(name: string, entry: Entry): ServiceConfig {
  const workload = partOf(entry, 'workload');
  return {
    name,
    startup: textOf(entry, 'startup') === 'enabled' ? 'enabled' : 'disabled',
    command: textOf(entry, 'command'),
    environment: { ...mapOf(workload ?? {}, 'environment'), ...mapOf(entry, 'environment') },
    owner: ownerOf(workload ?? entry),
    workingDirectory: textOf(entry, 'working-dir') || undefined,
    onSuccess: exitAction(textOf(entry, 'on-success')),
    onFailure: exitAction(textOf(entry, 'on-failure')),
    onCheckFailure: new Map(
      Object.entries(mapOf(entry, 'on-check-failure')).map(([check, action]) => [
        check,
        exitAction(action),
      ]),
    ),
    backoffDelay: milliseconds(entry, 'backoff-delay') ?? 500,
    backoffFactor: numberOf(entry, 'backoff-factor') ?? 2,
    backoffLimit: milliseconds(entry, 'backoff-limit') ?? 30_000,
    killDelay: milliseconds(entry, 'kill-delay') ?? 5000,
  };
}

function exitAction(text: string): ExitAction {
  switch (text) {
    case 'shutdown':
    case 'failure-shutdown':
    case 'success-shutdown':
    case 'ignore':
      return text;
    default:
      return 'restart';
  }
}

function milliseconds(entry: Entry, field: string): number | undefined {
  const nanoseconds = numberOf(entry, field);
  return nanoseconds === undefined ? undefined : nanoseconds / 1e6;
}
