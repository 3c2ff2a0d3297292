import type { Layer } from '../../pebble/layer.ts';
import type { Accounts } from '../../simulator/pebble/accounts.ts';
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

/** A notice that the workload gave. */
export interface StateNotice {
  /** Such as `example.com/backup-done`. */
  readonly key: string;
  readonly data: Readonly<Record<string, string>>;
}

/** A workload container as a state has it. */
export interface StateContainer {
  /** Whether its Pebble answers. */
  readonly canConnect: boolean;
  /** By label, the lowest first. */
  readonly layers: Readonly<Record<string, Layer>>;
  /** Services of the plan; one that is not listed is inactive. */
  readonly services: Readonly<Record<string, ServiceState>>;
  /** By path. The path of a directory ends in a slash. */
  readonly files: Readonly<Record<string, StateFile>>;
  /** In the order in which they came; the first has the id `1`. */
  readonly notices: readonly StateNotice[];
  /** What programs do, by `argv[0]`. Default: they run until they are stopped. */
  readonly programs: Readonly<Record<string, PretendProgram | undefined>>;
  /** Its users and groups; undefined for root, nobody, and postgres with its group. */
  readonly accounts: Accounts | undefined;
}

/** What may be said of a container. */
export interface ContainerParts {
  /** Default: false. */
  readonly canConnect?: boolean;
  readonly layers?: Readonly<Record<string, Layer>>;
  readonly services?: Readonly<Record<string, ServiceState>>;
  /** Text alone is a file of root's with permissions 0o644. */
  readonly files?: Readonly<Record<string, string | Partial<StateFile>>>;
  readonly notices?: readonly (string | StateNotice)[];
  readonly programs?: Readonly<Record<string, PretendProgram | undefined>>;
  readonly accounts?: Accounts | undefined;
}

/** @internal The whole container from its parts. */
export function completeContainer(parts: ContainerParts): StateContainer {
  return {
    canConnect: parts.canConnect ?? false,
    layers: parts.layers ?? {},
    services: parts.services ?? {},
    files: Object.fromEntries(
      Object.entries(parts.files ?? {}).map(([path, file]) => [path, completeFile(path, file)]),
    ),
    notices: (parts.notices ?? []).map((notice) =>
      typeof notice === 'string' ? { key: notice, data: {} } : notice,
    ),
    programs: parts.programs ?? {},
    accounts: parts.accounts,
  };
}

function completeFile(path: string, given: string | Partial<StateFile>): StateFile {
  const file: Partial<StateFile> = typeof given === 'string' ? { text: given } : given;
  const { kind = path.endsWith('/') ? 'directory' : 'file' } = file;
  const permissions = { file: 0o644, directory: 0o755, symlink: 0o777 }[kind];
  return { kind, text: '', permissions, user: 'root', group: 'root', ...file };
}
