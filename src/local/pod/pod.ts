import type { ContainerImage } from './image.ts';

/**
 * How a pod is kept apart from the machine.
 *
 * - `namespaces`: Linux namespaces made by root. Every container has its own root directory and
 *   process numbers, every pod its own network address and host name.
 * - `user-namespace`: the same, made by an ordinary user inside a user namespace. Everything a
 *   container does is done by that one user, who looks like root to the charm and like the image's
 *   first user to the workload.
 * - `mapped`: no namespaces. The container's paths are folders in the pod's folder, its processes
 *   are ordinary processes of the machine, and one unit fits on a machine because ports are shared.
 */
export type PodIsolation = 'namespaces' | 'user-namespace' | 'mapped';

/**
 * Which network a pod is on: `own` is a network of pods that only their host can reach, where every
 * pod has an address; `machine` is the machine's own, where every pod is 127.0.0.1.
 */
export type PodNetwork = 'own' | 'machine';

/** A process to spawn, exactly as `child_process.spawn` takes it. No shell is involved. */
export interface PodCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process; nothing of the caller's own is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Where to spawn it. Always a directory of the machine. */
  readonly cwd: string;
  /** Whom to spawn it as, where that is not done by the command itself. */
  readonly uid?: number;
  readonly gid?: number;
}

/** What a process inside a container needs besides its argument list. */
export interface PodCommandOptions {
  /** The process's whole environment. Default: empty. */
  readonly env?: Readonly<Record<string, string>>;
  /** A directory as the container sees it. Default: `/`. */
  readonly cwd?: string;
}

/** A directory of the machine that a container finds at a path, and that outlives the pod. */
export interface PodVolume {
  /** As the container sees it. */
  readonly path: string;
  readonly source: string;
}

/** One workload container of a pod. */
export interface ContainerOptions {
  readonly name: string;
  /** What the container finds in its root directory. Default: nothing besides the machine's own. */
  readonly image?: ContainerImage;
  /**
   * Leave it until `restartContainer` starts it, as when its image is still on its way. Default:
   * false.
   */
  readonly held?: boolean;
  readonly volumes?: readonly PodVolume[];
}

export interface PodOptions {
  /** The pod's name and its host name, such as `pgbouncer-0`. */
  readonly name: string;
  /**
   * The host name's domain, as Kubernetes names it. Default: none.
   *
   * @example 'pgbouncer-endpoints.demo.svc.cluster.local'
   */
  readonly domain?: string;
  /**
   * A directory that belongs to this pod alone. It is made when it does not exist; whatever the
   * containers write lands below it, and nothing is written anywhere else.
   *
   * A pod made again over the same folder finds what `/var/lib/juju` held, as a rescheduled pod
   * with persistent storage does; everything else starts as the image has it.
   */
  readonly folder: string;
  readonly containers: readonly ContainerOptions[];
  /** What the charm container finds besides its own. */
  readonly volumes?: readonly PodVolume[];
}

/** The charm container's place in `hostPath`, which no workload container may be called. */
export const charmContainer = 'charm';

/**
 * A running pod: the charm container, and a workload container for each that was asked for, whose
 * first process is the Pebble-compatible supervisor.
 */
export interface Pod {
  readonly name: string;
  readonly isolation: PodIsolation;
  readonly network: PodNetwork;
  /** The pod's IPv4 address, as other pods of the same host reach it. */
  readonly address: string;
  /** The host name, with its domain when it has one. */
  readonly hostname: string;

  /**
   * The directory, as the charm sees it, that holds `<container>/pebble.socket`. It is
   * `/charm/containers` unless the pod is mapped.
   */
  readonly containersDir: string;

  /**
   * Variables that a dispatch needs on top of Juju's own: none, or `CHARMWRIGHT_CONTAINERS_DIR` in
   * a mapped pod.
   */
  readonly charmEnvironment: Readonly<Record<string, string>>;

  /**
   * The path by which processes in the charm container reach a path of that container: the same
   * path, or its place in the pod's folder when the pod is mapped.
   */
  charmPath(path: string): string;

  /** The same for a workload container: how its processes reach one of its paths. */
  containerPath(container: string, path: string): string;

  /**
   * How to run a process in the charm container. A kill of the spawned process kills the process in
   * the container with it.
   *
   * @param options.cwd a path that `charmPath` gave. Default: `/`.
   */
  dispatchCommand(argv: readonly string[], options?: PodCommandOptions): PodCommand;

  /**
   * How to run a process in a workload container, as root or as one of the image's users. In a
   * mapped pod everything in the container is one user, and `user` changes nothing.
   *
   * @throws {UnknownContainerError} when the pod has no such container.
   */
  containerCommand(
    container: string,
    argv: readonly string[],
    options?: PodCommandOptions & { readonly user?: string },
  ): PodCommand;

  /**
   * Where a container's path is on the machine, to be read, written or watched by the caller.
   * `container` is `charm` or the name of a workload container. The path stays valid until the
   * container restarts; below `/var/lib/juju` and `/charm` until the pod is disposed of.
   */
  hostPath(container: string, path: string): string;

  /**
   * Kills everything in a workload container and starts it again from its image: files that were
   * written there are gone, and a new supervisor answers on the same socket, as after a crash of a
   * container on Kubernetes. A container that was held is started for the first time. Resolves when
   * the supervisor accepts connections.
   */
  restartContainer(name: string): Promise<void>;

  /**
   * Calls back when a workload container's supervisor ended although nobody asked it to, with the
   * last lines it said.
   */
  onContainerDeath(listener: (container: string, account: string) => void): void;

  /**
   * Stops the workloads, first politely, and takes the pod down: no process, mount, namespace or
   * interface of it is left. The folder stays, for whoever wants to read it; it can be removed.
   */
  dispose(): Promise<void>;
}

/** Where pods live: one network of pods on this machine, and the means to make them. */
export interface PodHost {
  readonly isolation: PodIsolation;
  readonly network: PodNetwork;
  /** One sentence: which isolation was taken and, when it is not the strongest, why. */
  readonly account: string;
  /** The address at which pods reach what `command` runs on the host, such as the database. */
  readonly address: string;

  /**
   * Makes a pod and resolves when every supervisor accepts connections.
   *
   * @throws {PodSetupError} when the pod cannot be made.
   * @throws {PodCrowdedError} for a second pod where pods share the machine's ports.
   */
  createPod(options: PodOptions): Promise<Pod>;

  /**
   * How to run a process beside the pods: on their network, with the machine's own files.
   *
   * @param options.user run as this user of the machine, when we are root.
   */
  command(
    argv: readonly string[],
    options?: PodCommandOptions & { readonly user?: string },
  ): PodCommand;

  /** Disposes of every pod and of their network. */
  dispose(): Promise<void>;
}
