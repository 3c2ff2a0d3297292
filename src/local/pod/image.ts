/** A user that an image brings. */
export interface ImageUser {
  readonly name: string;
  /** Used when the machine has no user of this name. */
  readonly uid: number;
}

/** A directory that an image brings: empty, and writable to its owner. */
export interface ImageDirectory {
  /** Absolute. The machine's own directory of this path is never seen by the container. */
  readonly path: string;
  /** Default: `root`. */
  readonly owner?: string;
  /** Permission bits. Default: 0o755. */
  readonly mode?: number;
}

/**
 * What a workload container finds that the machine does not have by itself. A container's root
 * directory is the machine's, read or copied on write, with these on top.
 */
export interface ContainerImage {
  /** Who the image is, for people: `the machine's pgbouncer 1.18.0`. */
  readonly description?: string;
  /** The first one is who the workload is run as where only one user can exist. */
  readonly users?: readonly ImageUser[];
  readonly directories?: readonly ImageDirectory[];
  /** Programs put on the container's PATH: name to argument list. */
  readonly commands?: Readonly<Record<string, readonly string[]>>;
}
