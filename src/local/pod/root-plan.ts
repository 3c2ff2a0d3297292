import { dirname, join } from 'node:path';
import { isWithin, mountsWithin, type MountedFileSystem } from './mount-table.ts';

/** A directory entry of the machine. */
export interface MachineEntry {
  readonly name: string;
  readonly kind: 'directory' | 'file' | 'link' | 'other';
  /** Where a link points to. */
  readonly target?: string;
}

/** What the plan asks of the machine: nothing is written. */
export interface Machine {
  readonly mounts: readonly MountedFileSystem[];
  list(directory: string): readonly MachineEntry[];
}

/** A directory that the container does not share with the machine. */
export interface FreshDirectory {
  readonly path: string;
  /** The directory in the pod's folder that stands for it. */
  readonly source: string;
}

/** A file whose text the container sees in place of the machine's. */
export interface PrivateFile {
  readonly path: string;
  /** The file in the pod's folder that holds the text. */
  readonly source: string;
}

/**
 * Which of the machine's directories can be written by copying: `all`; `plain`, those without a
 * fresh directory below them, because an ordinary user cannot copy what belongs to others; `none`.
 */
export type OverlayUse = 'all' | 'plain' | 'none';

export interface RootPlanOptions {
  /** The folder whose file system is written; no overlay may lie over a directory that holds it. */
  readonly folder: string;
  /** Where the written parts of the machine's directories are kept. */
  readonly overlays: string;
  readonly fresh: readonly FreshDirectory[];
  readonly files: readonly PrivateFile[];
  /** Directories of the machine that stay readable even below a fresh one. */
  readonly kept: readonly string[];
  readonly overlay: OverlayUse;
}

/** One act on the way to a container's root directory. Paths are as the container will see them. */
export type RootAct =
  | { readonly act: 'directory'; readonly path: string; readonly mode?: string }
  | { readonly act: 'empty-file'; readonly path: string }
  | { readonly act: 'link'; readonly path: string; readonly target: string }
  | {
      readonly act: 'overlay';
      readonly path: string;
      readonly upper: string;
      readonly work: string;
      /** For the read-only view that takes its place where the kernel refuses the overlay. */
      readonly flags: readonly string[];
    }
  | {
      readonly act: 'bind';
      readonly path: string;
      readonly source: string;
      /** A file system that may be gone or closed to us is left out when it cannot be shown. */
      readonly optional?: boolean;
    }
  | {
      readonly act: 'read-only';
      readonly path: string;
      readonly flags: readonly string[];
      readonly optional?: boolean;
    }
  | { readonly act: 'replace'; readonly path: string; readonly source: string };

const kernelDirectories = new Set(['/dev', '/proc', '/sys']);
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
const deviceLinks = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
] as const;

/** Flags that a read-only view must keep, because a user namespace may not take them away. */
const lockedFlags = new Set(['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime']);

/**
 * Plans a container's root directory: the machine's own directories, to be read or to be written by
 * copying, and fresh directories of the pod's folder in place of those that containers write.
 */
export function planRoot(machine: Machine, options: RootPlanOptions): readonly RootAct[] {
  return [
    ...showDirectory(machine, options, '/'),
    ...options.fresh
      .toSorted((a, b) => a.path.length - b.path.length)
      .flatMap(({ path, source }): RootAct[] => [
        { act: 'directory', path },
        { act: 'bind', path, source },
      ]),
    ...showKept(machine, options),
    ...options.files.map(({ path, source }): RootAct => ({ act: 'replace', path, source })),
    ...showKernel(machine),
  ];
}

function showDirectory(
  machine: Machine,
  options: RootPlanOptions,
  directory: string,
): readonly RootAct[] {
  return machine.list(directory).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (kernelDirectories.has(path) || isFresh(options, path)) {
      return [];
    }
    switch (entry.kind) {
      case 'link':
        return [{ act: 'link', path, target: entry.target ?? '' }];
      case 'directory':
        return showMachineDirectory(machine, options, path);
      case 'file':
        return directory === '/'
          ? []
          : [
              { act: 'empty-file', path },
              { act: 'bind', path, source: path, optional: true },
              readOnly(machine, path, true),
            ];
      default:
        return [];
    }
  });
}

function showMachineDirectory(
  machine: Machine,
  options: RootPlanOptions,
  path: string,
): readonly RootAct[] {
  const hasFreshWithin = options.fresh.some((fresh) => isWithin(fresh.path, path));
  const canCopy = options.overlay === 'all' || (options.overlay === 'plain' && !hasFreshWithin);
  if (canCopy && dirname(path) === '/' && !isWithin(options.folder, path)) {
    const overlays = join(options.overlays, path);
    return [
      { act: 'directory', path },
      {
        act: 'overlay',
        path,
        upper: join(overlays, 'upper'),
        work: join(overlays, 'work'),
        flags: lockedFlagsAt(machine, path),
      },
      ...mountsWithin(machine.mounts, path)
        .filter(({ mountPoint }) => mountPoint !== path && !isReplaced(options, mountPoint))
        .flatMap(({ mountPoint }): RootAct[] => [
          { act: 'bind', path: mountPoint, source: mountPoint, optional: true },
          readOnly(machine, mountPoint, true),
        ]),
    ];
  }
  return hasFreshWithin
    ? [{ act: 'directory', path }, ...showDirectory(machine, options, path)]
    : [{ act: 'directory', path }, ...showReadOnly(machine, path)];
}

function showReadOnly(machine: Machine, path: string): readonly RootAct[] {
  return [
    { act: 'bind', path, source: path, optional: path !== '/usr' },
    readOnly(machine, path, true),
    ...mountsWithin(machine.mounts, path)
      .filter(({ mountPoint }) => mountPoint !== path)
      .map(({ mountPoint }) => readOnly(machine, mountPoint, true)),
  ];
}

function showKept(machine: Machine, options: RootPlanOptions): readonly RootAct[] {
  return options.kept
    .filter((path) => isFresh(options, path))
    .flatMap((path) => [
      { act: 'directory', path } as const,
      { act: 'bind', path, source: path } as const,
      readOnly(machine, path),
    ]);
}

function showKernel(machine: Machine): readonly RootAct[] {
  return [
    { act: 'directory', path: '/sys' },
    ...showReadOnly(machine, '/sys'),
    { act: 'directory', path: '/dev' },
    { act: 'directory', path: '/dev/shm', mode: '1777' },
    ...devices.flatMap((name): RootAct[] => [
      { act: 'empty-file', path: `/dev/${name}` },
      { act: 'bind', path: `/dev/${name}`, source: `/dev/${name}` },
    ]),
    ...deviceLinks.map(([name, target]): RootAct => ({
      act: 'link',
      path: `/dev/${name}`,
      target,
    })),
  ];
}

function isFresh({ fresh }: RootPlanOptions, path: string): boolean {
  return fresh.some((directory) => isWithin(path, directory.path));
}

function isReplaced(options: RootPlanOptions, path: string): boolean {
  return isFresh(options, path) || options.files.some((file) => file.path === path);
}

/** The flags of the mount on which a path lies, as far as they must be kept. */
function lockedFlagsAt({ mounts }: Machine, path: string): readonly string[] {
  const holders = mounts.filter(({ mountPoint }) => isWithin(path, mountPoint));
  const nearest = holders.toSorted((a, b) => b.mountPoint.length - a.mountPoint.length)[0];
  return (nearest?.flags ?? []).filter((flag) => lockedFlags.has(flag));
}

function readOnly(machine: Machine, path: string, optional = false): RootAct {
  return { act: 'read-only', path, flags: lockedFlagsAt(machine, path), optional };
}
