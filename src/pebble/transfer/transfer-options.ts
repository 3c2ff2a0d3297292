import type { CallOptions } from '../call-options.ts';
import type { Ownership } from '../ownership.ts';

/**
 * What becomes of a symbolic link in a directory that is carried. A source that is itself a link is
 * always followed.
 *
 * - `follow`: the file or directory that it leads to is carried in its place. A link to a directory
 *   fails inside of a directory that a link has led to: it may lead round in a circle.
 * - `keep`: it is carried as a link, to wherever it leads. Pebble can neither read nor make links,
 *   so this executes a program in the container for each of them: `ln` to push, `readlink` to pull.
 *   Where that is lacking, the link fails.
 * - `skip`: it is left out.
 * - `fail`: it is left out, and is one of the failures.
 */
export type SymlinkPolicy = 'follow' | 'keep' | 'skip' | 'fail';

/** How far a file is. */
export interface TransferProgress {
  /** Where it comes from. */
  readonly source: string;
  /** Where it goes to. */
  readonly destination: string;
  /** Bytes that have been carried. */
  readonly bytes: number;
  /** Bytes that it had before it was carried; it may grow or shrink on the way. */
  readonly size: number;
  /** Whether it is at its destination, whole. */
  readonly finished: boolean;
}

/** How files and directories are carried, in either direction. */
export interface TransferOptions extends CallOptions {
  /** @default 'follow' */
  readonly symlinks?: SymlinkPolicy | undefined;
  /** Of every file, such as `0o600`. @default the nine bits that it has at its source */
  readonly filePermissions?: number | undefined;
  /** Of every directory that is made, such as `0o700`. @default those that it has at its source */
  readonly directoryPermissions?: number | undefined;
  /** Give what is carried to the user and group that it has at its source, by id. @default false */
  readonly keepOwners?: boolean | undefined;
  /** Called for each piece of a file, and once when it is there. What it throws ends the transfer. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** How files and directories are pushed. An owner that is given goes before `keepOwners`. */
export interface PushPathOptions extends TransferOptions, Ownership {}

/** How files and directories are pulled. To give them away takes a privileged process. */
export interface PullPathOptions extends TransferOptions {}
