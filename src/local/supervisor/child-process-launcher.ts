import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { constants } from 'node:os';
import {
  LaunchError,
  type ExecutedProcess,
  type LaunchedProcess,
  type OutputSinks,
  type ProcessLauncher,
  type ProcessSpec,
  type SignalName,
} from '../../simulator/pebble/process-launcher.ts';
import { errnoOf, errnoText } from './errno-text.ts';
import { checkFormat, findExecutable } from './executable-lookup.ts';
import { launchError, spawnConnected, type ChildStreams } from './connected-child.ts';

export interface ChildProcessLauncherOptions {
  /** What processes inherit. */
  readonly environment: Readonly<Record<string, string>>;
  /** A program that is given every service's command line and runs it in the right place. */
  readonly commandPrefix: string | undefined;
  /** Whether services run as the daemon's own user, whatever user they are to have. */
  readonly keepUser: boolean;
  /** The directory on this machine for a container's working directory. */
  readonly toHost: (path: string) => string;
}

/** Real processes, each the leader of a session and process group of its own. */
export interface ChildProcessLauncher extends ProcessLauncher {
  /** Kills whatever is left of the groups of all processes that were started. */
  killAll(): void;
}

export function childProcessLauncher(options: ChildProcessLauncherOptions): ChildProcessLauncher {
  const groups = new Set<number>();
  // A group outlives its leader as long as it has members; then its id may become another's.
  const forgetEmpty = (): void => {
    for (const pid of groups) {
      if (!send(-pid, 0)) {
        groups.delete(pid);
      }
    }
  };
  const remember = (pid: number, exited: Promise<number>): void => {
    forgetEmpty();
    groups.add(pid);
    void exited.then(forgetEmpty);
  };
  const start = async (
    spec: ProcessSpec,
    wanted: ChildStreams,
    outputs: OutputSinks,
  ): Promise<ExecutedProcess> => {
    const { file, argv } = await commandOf(spec, options);
    const own = spawnOptions(spec, argv[0] ?? file, options);
    const { child, connect, ...streams } = await spawnConnected(file, argv.slice(1), own, wanted);
    const exited = exitOf(child);
    try {
      const pid = await spawned(child, file);
      remember(pid, exited);
      connect(outputs);
      return { pid, exited, ...streams, ...signalling(pid, child) };
    } catch (error) {
      streams.abandonInput();
      streams.abandonOutput();
      throw error;
    }
  };
  return {
    environment: options.environment,
    async launch(spec, onOutput) {
      // Checks are many, and say little.
      const streams = { piped: spec.purpose !== 'check', input: false, split: false };
      return await start(spec, streams, {
        stdout: {
          write: async (chunk) => {
            onOutput(chunk);
            return true;
          },
          end: () => undefined,
        },
      });
    },
    async execute(spec, outputs) {
      const streams = { piped: true, input: true, split: outputs.stderr !== undefined };
      return await start(spec, streams, outputs);
    },
    async hasProgram(program) {
      const { commandPrefix, environment, toHost } = options;
      const place = commandPrefix === undefined ? (path: string) => path : toHost;
      const path = (environment['PATH'] ?? '').split(':').map((folder) => folder && place(folder));
      try {
        await findExecutable(program.includes('/') ? place(program) : program, path.join(':'));
        return true;
      } catch {
        return false;
      }
    },
    killAll() {
      for (const pid of groups) {
        send(-pid, 'SIGKILL');
      }
    },
  };
}

async function commandOf(
  spec: ProcessSpec,
  { commandPrefix, environment, toHost }: ChildProcessLauncherOptions,
): Promise<{ file: string; argv: readonly string[] }> {
  const argv = commandPrefix === undefined ? spec.argv : [commandPrefix, ...spec.argv];
  if (spec.argv[0] === undefined || spec.argv[0] === '') {
    throw new LaunchError('exec: no command');
  }
  const file = await findExecutable(argv[0] ?? '', environment['PATH'] ?? '');
  await checkFormat(file);
  checkTexts(file, argv, spec.environment);
  if (spec.workingDirectory !== undefined) {
    await checkDirectory(spec, toHost(spec.workingDirectory), file);
  }
  return { file, argv };
}

/** Node would refuse these with a message that shows what they hold. */
function checkTexts(
  file: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): void {
  if (Object.entries(environment).some((pair) => pair.join('=').includes('\u0000'))) {
    throw new LaunchError('exec: environment variable contains NUL');
  }
  if (argv.some((word) => word.includes('\u0000'))) {
    throw new LaunchError(`fork/exec ${file}: ${errnoText('EINVAL')}`);
  }
}

async function checkDirectory(
  { purpose, user, workingDirectory }: ProcessSpec,
  directory: string,
  file: string,
): Promise<void> {
  let problem: unknown;
  try {
    if ((await stat(directory)).isDirectory()) {
      return;
    }
    problem = Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
  } catch (error) {
    problem = error;
    // Go looks for the directory itself where a process has nothing else that is special.
    if (purpose === 'check' && user === undefined) {
      const why = errnoText(errnoOf(error));
      throw new LaunchError(`chdir ${workingDirectory}: ${why}`, { cause: error });
    }
  }
  throw launchError(file, problem);
}

function spawnOptions(
  { environment, workingDirectory, user }: ProcessSpec,
  argv0: string,
  { keepUser, toHost }: ChildProcessLauncherOptions,
): SpawnOptions {
  // Like Pebble, Node gives such a process no supplementary groups.
  const switches =
    user !== undefined &&
    !keepUser &&
    (user.userId !== process.getuid?.() || user.groupId !== process.getgid?.());
  return {
    argv0,
    detached: true,
    env: { ...environment },
    ...(workingDirectory !== undefined && { cwd: toHost(workingDirectory) }),
    ...(switches && { uid: user.userId, gid: user.groupId }),
  };
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
    });
  });
}

function spawned(child: ChildProcess, file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => {
      resolve(child.pid ?? 0);
    });
    child.once('error', (error) => {
      reject(launchError(file, error));
    });
  });
}

function signalling(
  pid: number,
  child: ChildProcess,
): Pick<LaunchedProcess, 'signal' | 'signalGroup'> {
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    signal: (signal) => !ended() && send(pid, signal),
    signalGroup: (signal) => !ended() && send(-pid, signal),
  };
}

/** @returns whether there was somebody to send it to. */
function send(target: number, signal: SignalName | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch {
    return false;
  }
}
