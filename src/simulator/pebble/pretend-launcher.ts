import {
  LaunchError,
  type ExecutedProcess,
  type OutputSink,
  type OutputSinks,
  type ProcessLauncher,
  type ProcessSpec,
  type SignalName,
} from './process-launcher.ts';
import { goQuote } from '../../pebble/plan/go-quote.ts';

/** A process that exists on paper only: it runs until it is stopped or told to exit. */
export interface PretendProcess extends ExecutedProcess {
  readonly spec: ProcessSpec;
  readonly running: boolean;
  /** Every signal it was sent, in order. */
  readonly signals: readonly SignalName[];
  /** What it was given to read so far, as text. */
  readonly input: string;
  /**
   * Calls `listener` with all of its input, as text, once that is there. Only a command that a
   * client executes is given any; others are told at once that there is none.
   */
  onInput(listener: (text: string) => void): void;
  /** Writes to its output. */
  write(text: string): void;
  /** Writes to its other output, that of errors. */
  writeError(text: string): void;
  /** Ends it; nothing when it has ended. */
  exit(code: number): void;
}

/**
 * What a pretended program does. It is called once the process was launched.
 *
 * A program that returns a function decides about signals itself: the function is called for each
 * signal but SIGKILL. Otherwise SIGTERM, SIGINT, SIGQUIT and SIGHUP end the process.
 */
export type PretendProgram = (process: PretendProcess) => void | ((signal: SignalName) => void);

export interface PretendLauncher extends ProcessLauncher {
  /** Every process ever launched, in order. */
  readonly processes: readonly PretendProcess[];
  /** The process that runs for a service, if any. */
  running(service: string): PretendProcess | undefined;
}

/** Commands that clients may execute. */
export interface PretendCommands {
  /** Whether a command of the program may be among them. */
  knows(program: string): boolean;
  find(command: readonly string[]): PretendProgram | undefined;
}

export interface PretendLauncherOptions {
  /**
   * Programs by their path or name, `argv[0]`. A program that is not listed runs until it is
   * stopped, or succeeds at once where it is a check's; a client cannot execute it. One that is
   * listed as `undefined` does not exist and cannot be launched.
   */
  readonly programs?: Readonly<Record<string, PretendProgram | undefined>> | undefined;
  /** What clients may execute besides, by the whole command. They stand above the programs. */
  readonly commands?: PretendCommands | undefined;
  /** What every process inherits. Default: the usual PATH. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

const nothing = (): void => undefined;

const endingSignals: Readonly<Partial<Record<SignalName, number>>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGTERM: 15,
};

/** A launcher of pretended processes, for tests in which nothing real shall run. */
export function pretendLauncher(options: PretendLauncherOptions = {}): PretendLauncher {
  const { programs = {}, commands } = options;
  const processes: PretendProcess[] = [];
  const start = (spec: ProcessSpec, stdout: OutputSink, stderr: OutputSink): PretendProcess => {
    const name = spec.argv[0] ?? '';
    const command = spec.purpose === 'exec' ? commands?.find(spec.argv) : undefined;
    const listed =
      Object.hasOwn(programs, name) || (spec.purpose === 'exec' && commands !== undefined);
    const program = command ?? (Object.hasOwn(programs, name) ? programs[name] : undefined);
    if (listed && program === undefined) {
      throw new LaunchError(
        name.includes('/')
          ? `fork/exec ${name}: no such file or directory`
          : `exec: ${goQuote(name)}: executable file not found in $PATH`,
      );
    }
    const process = pretendProcess(spec, 1000 + processes.length, program, { stdout, stderr });
    processes.push(process);
    return process;
  };
  return {
    environment: options.environment ?? {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    },
    processes,
    running: (service) =>
      processes.findLast(
        (process) =>
          process.running && process.spec.purpose === 'service' && process.spec.service === service,
      ),
    async launch(spec, onOutput) {
      const sink = {
        async write(chunk: Uint8Array) {
          onOutput(chunk);
          return true;
        },
        end: nothing,
      };
      return start(spec, sink, sink);
    },
    async execute(spec, { stdout, stderr }) {
      const process = start(spec, stdout, stderr ?? stdout);
      void process.outputClosed.then(() => {
        stdout.end();
        stderr?.end();
      });
      return process;
    },
    async hasProgram(program) {
      if (commands?.knows(program) === true) return true;
      return Object.hasOwn(programs, program) && programs[program] !== undefined;
    },
  };
}

function pretendProcess(
  spec: ProcessSpec,
  pid: number,
  program: PretendProgram | undefined,
  { stdout, stderr }: Required<OutputSinks>,
): PretendProcess {
  const signals: SignalName[] = [];
  const given: Uint8Array[] = [];
  const readers: ((text: string) => void)[] = [];
  let inputEnded = spec.purpose !== 'exec';
  const endInput = (): void => {
    inputEnded = true;
    const text = process.input;
    for (const reader of readers.splice(0)) {
      reader(text);
    }
  };
  let running = true;
  let onSignal: ((signal: SignalName) => void) | undefined;
  let resolveExited: (code: number) => void = nothing;
  const exited = new Promise<number>((resolve) => {
    resolveExited = resolve;
  });
  const exit = (code: number): void => {
    running = false;
    readers.splice(0);
    resolveExited(code);
  };
  const write = (sink: OutputSink | undefined, text: string): void => {
    if (running) {
      void sink?.write(new TextEncoder().encode(text));
    }
  };
  const signal = (signal: SignalName): boolean => {
    if (!running) {
      return false;
    }
    signals.push(signal);
    const ending = endingSignals[signal];
    if (onSignal !== undefined && signal !== 'SIGKILL') {
      onSignal(signal);
    } else if (ending !== undefined) {
      exit(128 + ending);
    }
    return true;
  };
  const process: PretendProcess = {
    spec,
    pid,
    signals,
    get running() {
      return running;
    },
    get input() {
      return Buffer.concat(given).toString('utf8');
    },
    exited,
    outputClosed: exited.then(() => undefined),
    signal,
    signalGroup: signal,
    abandonOutput: () => undefined,
    onInput(listener) {
      readers.push(listener);
      if (inputEnded) {
        endInput();
      }
    },
    async writeInput(chunk) {
      given.push(chunk);
      return running;
    },
    endInput,
    abandonInput: nothing,
    write: (text) => {
      write(stdout, text);
    },
    writeError: (text) => {
      write(stderr, text);
    },
    exit,
  };
  if (program === undefined && spec.purpose === 'check') {
    exit(0);
  }
  onSignal = program?.(process) ?? undefined;
  return process;
}
