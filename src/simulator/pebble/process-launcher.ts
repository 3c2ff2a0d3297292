import { CharmwrightError } from '../../errors.ts';

/** A signal's full name, such as `SIGHUP`. */
export type SignalName = NodeJS.Signals;

/** A process to start. */
export interface ProcessSpec {
  /** Why it runs: as a service, or as a check, which is expected to end by itself. */
  readonly purpose: 'service' | 'check';
  /** The service or the check that it runs for. */
  readonly service: string;
  /** The program and its arguments; never empty. */
  readonly argv: readonly string[];
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absent: the directory of the daemon. */
  readonly workingDirectory?: string | undefined;
  /** Absent: whoever runs the daemon. */
  readonly user?: ProcessUser | undefined;
}

export interface ProcessUser {
  readonly userId: number;
  readonly groupId: number;
  /** Present when the user is known by name; decides the supplementary groups. */
  readonly name?: string | undefined;
}

/** A process that was started and may have ended since. It leads a process group of its own. */
export interface LaunchedProcess {
  readonly pid: number;
  /**
   * Resolves when the process itself has ended, with its exit code; 128 plus the signal's number
   * when a signal ended it. Never rejects.
   */
  readonly exited: Promise<number>;
  /** Resolves when nobody holds its output any more. Never rejects. */
  readonly outputClosed: Promise<void>;
  /** Sends a signal to the process alone. @returns whether there was such a process. */
  signal(signal: SignalName): boolean;
  /** Sends a signal to the process and all of its group. @returns whether there was one. */
  signalGroup(signal: SignalName): boolean;
  /** Lets go of output that processes which outlived this one still hold. */
  abandonOutput(): void;
}

/** The process could not be started. The message is the daemon's: `exec: "x": executable …`. */
export class LaunchError extends CharmwrightError {
  readonly code = 'launch';
}

/** Starts processes: real children of the daemon, or pretended ones. */
export interface ProcessLauncher {
  /** What processes inherit before a service's own variables are laid over it. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Starts a process.
   *
   * @param onOutput receives stdout and stderr, interleaved as they arrive.
   * @throws {LaunchError} when it could not be started.
   */
  launch(spec: ProcessSpec, onOutput: (chunk: Uint8Array) => void): Promise<LaunchedProcess>;
}
