import { CharmwrightError } from '../../errors.ts';

/** A signal's full name, such as `SIGHUP`. */
export type SignalName = NodeJS.Signals;

/** A process to start. */
export interface ProcessSpec {
  /** Why it runs: as a service, or as a check or a client's command, which end by themselves. */
  readonly purpose: 'service' | 'check' | 'exec';
  /** The service or the check that it runs for, or the service whose surroundings it shares. */
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

/** Takes what a process writes to one of its outputs. */
export interface OutputSink {
  /** Resolves when there is room for more. @returns false when nothing more is wanted. */
  write(chunk: Uint8Array): Promise<boolean>;
  /** Nobody holds the output any more, or nothing more was wanted of it. */
  end(): void;
}

/** The outputs of a process. Without `stderr`, both are one, in the order of writing. */
export interface OutputSinks {
  readonly stdout: OutputSink;
  readonly stderr?: OutputSink | undefined;
}

/** A process that is also given input. */
export interface ExecutedProcess extends LaunchedProcess {
  /** Resolves when there is room for more. @returns false when the process reads no more. */
  writeInput(chunk: Uint8Array): Promise<boolean>;
  /** Ends its input, after what was written. */
  endInput(): void;
  /** Gives up input that nobody has read yet. */
  abandonInput(): void;
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
  /**
   * Starts a process that somebody talks with.
   *
   * @throws {LaunchError} when it could not be started; the sinks are not ended then.
   */
  execute(spec: ProcessSpec, outputs: OutputSinks): Promise<ExecutedProcess>;
  /** Whether there is a program of this name or path, found with the daemon's own PATH. */
  hasProgram(program: string): Promise<boolean>;
}
