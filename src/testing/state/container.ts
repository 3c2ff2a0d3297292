import type { Layer } from '../../pebble/layer.ts';
import type { Accounts } from '../../simulator/pebble/accounts.ts';
import type { ExecHandler, ExecResult } from '../exec-handlers.ts';
import { completeNotice, type NoticeParts, type StateNotice } from './notice.ts';
import type { PretendProgram } from '../../simulator/pebble/pretend-launcher.ts';

/** What Pebble says of a service. */
export type ServiceState = 'active' | 'inactive' | 'backoff' | 'error';

/** A file, directory or link in a container. */
export interface StateFile {
  readonly kind: 'file' | 'directory' | 'symlink';
  /** The content as UTF-8, or where a link leads; empty for a directory. */
  readonly text: string;
  /** The content in base64, where it is no UTF-8. */
  readonly base64?: string;
  /** The nine permission bits, such as `0o640`. */
  readonly permissions: number;
  readonly user: string;
  readonly group: string;
}

/** A health check of the plan, as far as its layer does not say it. */
export interface StateCheck {
  readonly status: 'up' | 'down' | 'inactive';
  /** Runs that failed since the last success. */
  readonly failures: number;
  /** Runs that succeeded since the last failure. */
  readonly successes: number;
}

/** A command that the charm may execute, and what it does. Made by {@link exec}. */
export interface StateExec {
  /** The program and its first arguments. */
  readonly command: readonly string[];
  readonly does: ExecHandler | ExecResult | string | number;
}

/**
 * A command that the charm may execute in a container. Of several that fit, the longest has it; an
 * empty one fits every command.
 *
 * @param command the program and its first arguments
 * @param does text is what it prints, a number its exit code, nothing a silent success
 * @example
 * ```ts
 * context.state({
 *   containers: { web: { canConnect: true, execs: [exec(['/bin/count', '--all'], '12\n')] } },
 * });
 * ```
 */
export function exec(command: readonly string[], does: StateExec['does'] = 0): StateExec {
  return { command, does };
}

/** A workload container as a state has it. */
export interface StateContainer {
  /** Whether its Pebble answers. */
  readonly canConnect: boolean;
  /** By label, the lowest first. */
  readonly layers: Readonly<Record<string, Layer<string>>>;
  /** Services of the plan; one that is not listed is inactive. */
  readonly services: Readonly<Record<string, ServiceState>>;
  /** By path. The path of a directory ends in a slash. */
  readonly files: Readonly<Record<string, StateFile>>;
  /** Checks of the plan; one that is not listed is as it begins. */
  readonly checks: Readonly<Record<string, StateCheck>>;
  /** In the order of their last repetition. */
  readonly notices: readonly StateNotice[];
  /** Commands that the charm may execute. They stand above the programs. */
  readonly execs: readonly StateExec[];
  /** What programs do, by `argv[0]`. Default: they run until they are stopped. */
  readonly programs: Readonly<Record<string, PretendProgram | undefined>>;
  /** Its users and groups; undefined for root, nobody, and postgres with its group. */
  readonly accounts: Accounts | undefined;
}

/** What may be said of a container. */
export interface ContainerParts {
  /** Default: false. */
  readonly canConnect?: boolean;
  readonly layers?: Readonly<Record<string, Layer<string>>>;
  readonly services?: Readonly<Record<string, ServiceState>>;
  /** Text alone is a file of root's with permissions 0o644. */
  readonly files?: Readonly<Record<string, string | Partial<StateFile>>>;
  /** A status alone stands for the failures that lead to it. */
  readonly checks?: Readonly<Record<string, StateCheck['status'] | Partial<StateCheck>>>;
  /** A key alone is a notice without data, which came once. */
  readonly notices?: readonly (string | NoticeParts)[];
  readonly execs?: readonly StateExec[];
  readonly programs?: Readonly<Record<string, PretendProgram | undefined>>;
  readonly accounts?: Accounts | undefined;
}

/** @internal The whole container from its parts. */
export function completeContainer(parts: ContainerParts, now: Date): StateContainer {
  return {
    canConnect: parts.canConnect ?? false,
    layers: parts.layers ?? {},
    services: parts.services ?? {},
    files: Object.fromEntries(
      Object.entries(parts.files ?? {}).map(([path, file]) => [path, completeFile(path, file)]),
    ),
    checks: Object.fromEntries(
      Object.entries(parts.checks ?? {}).map(([name, check]) => [
        name,
        completeCheck(parts.layers ?? {}, name, check),
      ]),
    ),
    notices: (parts.notices ?? []).map((notice, index) =>
      completeNotice(notice, String(index + 1), now),
    ),
    execs: parts.execs ?? [],
    programs: parts.programs ?? {},
    accounts: parts.accounts,
  };
}

function completeCheck(
  layers: StateContainer['layers'],
  name: string,
  given: StateCheck['status'] | Partial<StateCheck>,
): StateCheck {
  const parts: Partial<StateCheck> = typeof given === 'string' ? { status: given } : given;
  const { status = 'up' } = parts;
  const failures = status === 'down' ? thresholdOf(layers, name) : 0;
  return { status, failures, successes: 0, ...parts };
}

/** The names of what the layers define. */
export function plannedIn(
  layers: StateContainer['layers'],
  section: 'services' | 'checks',
): Set<string> {
  return new Set(Object.values(layers).flatMap((layer) => Object.keys(layer[section] ?? {})));
}

/** After how many failures in a row a check of the plan is down. */
export function thresholdOf(layers: StateContainer['layers'], check: string): number {
  const said = Object.values(layers).flatMap((layer) => {
    const threshold = layer.checks?.[check]?.threshold;
    return threshold === undefined ? [] : [threshold];
  });
  // Pebble's default.
  return said.at(-1) ?? 3;
}

function completeFile(path: string, given: string | Partial<StateFile>): StateFile {
  const file: Partial<StateFile> = typeof given === 'string' ? { text: given } : given;
  const { kind = path.endsWith('/') ? 'directory' : 'file' } = file;
  const permissions = { file: 0o644, directory: 0o755, symlink: 0o777 }[kind];
  return { kind, text: '', permissions, user: 'root', group: 'root', ...file };
}
