import { messageOf } from '../../../errors.ts';
import type { Message } from '../../../pebble/message-transport.ts';
import { ApiError } from '../api-error.ts';
import type { TaskContext } from '../changes/task.ts';
import type { PebbleClock } from '../clock.ts';
import { formatDuration } from '../../../pebble/plan/duration.ts';
import type {
  ExecutedProcess,
  LaunchedProcess,
  OutputSink,
  ProcessLauncher,
  SignalName,
} from '../process-launcher.ts';
import { parseJson, type JsonBody } from '../request-body.ts';
import { pending } from '../services/pending.ts';
import { signalNumbers } from '../signals.ts';
import { ExecError } from './exec-error.ts';
import type { ExecSetup } from './exec-setup.ts';
import type { MessageChannel } from './message-channel.ts';
import { goQuote } from '../../../pebble/plan/go-quote.ts';

/** Milliseconds that a client has to connect the streams. */
const connectTimeout = 5_000;
const endCommand = JSON.stringify({ command: 'end' });
const cancelled = 'context canceled';
const deadlineExceeded = 'context deadline exceeded';

/** What an execution needs from the daemon it runs in. */
export interface ExecutionHost {
  readonly launcher: ProcessLauncher;
  readonly clock: PebbleClock;
}

/**
 * One command that a client executes: the streams that it is connected with, and its process. The
 * process starts when its input and outputs are connected.
 */
export class Execution {
  readonly #setup: ExecSetup;
  readonly #host: ExecutionHost;
  /** The streams that there are, with what is connected to them. */
  readonly #channels: Map<string, MessageChannel | undefined>;
  readonly #streamsConnected = pending();
  readonly #controlConnected = pending();
  #processOver = false;

  constructor(setup: ExecSetup, host: ExecutionHost) {
    this.#setup = setup;
    this.#host = host;
    const names = ['control', 'stdio', ...(setup.splitStderr ? ['stderr'] : [])];
    this.#channels = new Map(names.map((name) => [name, undefined]));
  }

  /** @throws {ApiError} when there is no such stream for this command, or it is connected. */
  checkFree(name: string, taskId: string): void {
    if (!this.#channels.has(name)) {
      throw new ApiError(404, `cannot find ${name} websocket for task ${goQuote(taskId)}`);
    }
    if (this.#channels.get(name) !== undefined) {
      throw new ApiError(500, `${name} websocket already connected`);
    }
  }

  /** Connects a stream that was free a moment ago. */
  connect(name: string, channel: MessageChannel): void {
    if (this.#channels.get(name) !== undefined || (name === 'control' && this.#processOver)) {
      channel.drop();
      return;
    }
    this.#channels.set(name, channel);
    if (name === 'control') {
      this.#controlConnected.settle();
    } else if (this.#stdio !== undefined && (!this.#setup.splitStderr || this.#stderr)) {
      this.#streamsConnected.settle();
    }
  }

  /**
   * Executes the command, once the streams are connected.
   *
   * @throws {ExecError} when it could not be started or took too long.
   */
  async run(task: TaskContext): Promise<void> {
    await this.#awaitStreams(task);
    const { timeout } = this.#setup;
    const kill = (): void => {
      process?.signal('SIGKILL');
    };
    let process: ExecutedProcess | undefined;
    let late = false;
    const cancelTimeout =
      timeout === 0
        ? undefined
        : this.#host.clock.after(Math.max(0, timeout / 1e6), () => {
            late = true;
            kill();
          });
    task.signal.addEventListener('abort', kill);
    try {
      const exitCode = await this.#runProcess((started) => {
        process = started;
        if (late || task.signal.aborted) {
          kill();
        }
      });
      if (!late) {
        task.setData({ 'exit-code': exitCode });
      }
    } catch (error) {
      if (!late) {
        task.setData({ 'exit-code': -1 });
        throw new ExecError(messageOf(error), { cause: error });
      }
    } finally {
      task.signal.removeEventListener('abort', kill);
      cancelTimeout?.();
    }
    if (late) {
      task.setData({ 'exit-code': -1 });
      throw new ExecError(`timed out after ${formatDuration(timeout)}: ${deadlineExceeded}`);
    }
  }

  get #stdio(): MessageChannel | undefined {
    return this.#channels.get('stdio');
  }

  get #stderr(): MessageChannel | undefined {
    return this.#channels.get('stderr');
  }

  async #awaitStreams({ id, signal }: TaskContext): Promise<void> {
    const giveUp = (why: string) => (): void => {
      this.#streamsConnected.settle(new ExecError(why));
    };
    const abort = giveUp(cancelled);
    signal.addEventListener('abort', abort);
    const cancelTimeout = this.#host.clock.after(
      connectTimeout,
      giveUp(`exec ${id}: timeout waiting for websocket connections: ${deadlineExceeded}`),
    );
    try {
      await this.#streamsConnected.promise;
    } catch (error) {
      // Whoever is connected waits for nothing.
      this.#channels.forEach((channel) => channel?.drop());
      throw error;
    } finally {
      cancelTimeout();
      signal.removeEventListener('abort', abort);
    }
  }

  /** @returns the exit code, once all output is sent. */
  async #runProcess(onStart: (process: ExecutedProcess) => void): Promise<number> {
    const stdout = outputTo(this.#stdio);
    const stderr = this.#setup.splitStderr ? outputTo(this.#stderr) : undefined;
    let process: ExecutedProcess | undefined;
    try {
      process = await this.#host.launcher.execute(this.#setup.spec, {
        stdout: stdout.sink,
        stderr: stderr?.sink,
      });
      onStart(process);
      void this.#feed(process);
      void this.#obey(process);
      return await process.exited;
    } catch (error) {
      stdout.sink.end();
      stderr?.sink.end();
      throw error;
    } finally {
      this.#processOver = true;
      this.#channels.get('control')?.drop();
      await Promise.all([stdout.sent, stderr?.sent]);
      process?.abandonInput();
      this.#stdio?.ignore();
      this.#stderr?.ignore();
    }
  }

  /** Hands on what the client writes, until it or the process wants no more. */
  async #feed(process: ExecutedProcess): Promise<void> {
    for await (const message of this.#stdio?.messages ?? []) {
      if (typeof message !== 'string') {
        if (!(await process.writeInput(message))) {
          break;
        }
      } else if (commandIn(message)?.name === 'end') {
        break;
      }
    }
    process.endInput();
  }

  /** Does what the client says on the control stream. */
  async #obey(process: LaunchedProcess): Promise<void> {
    await this.#controlConnected.promise;
    const control = this.#channels.get('control');
    for await (const message of control?.messages ?? []) {
      const command = commandIn(message);
      const signal = command?.name === 'signal' ? command.signal : '';
      if (isSignal(signal)) {
        process.signal(signal);
      }
    }
    if ((await control?.departure) === 'dropped' && !this.#processOver) {
      process.signal('SIGKILL');
    }
  }
}

/** A sink that sends to a client, and when all was sent, the mark of the end included. */
function outputTo(channel: MessageChannel | undefined): {
  readonly sink: OutputSink;
  readonly sent: Promise<void>;
} {
  const sent = pending();
  return {
    sent: sent.promise,
    sink: {
      write: async (chunk) => (await channel?.send(chunk)) ?? false,
      end: () => {
        void Promise.resolve(channel?.send(endCommand)).then(() => {
          sent.settle();
        });
      },
    },
  };
}

/** What a client asks for; `undefined` when nobody can tell, which Pebble passes over. */
function commandIn(
  message: Message,
): { readonly name: string; readonly signal: string } | undefined {
  const text = typeof message === 'string' ? message : Buffer.from(message).toString('utf8');
  try {
    const body: JsonBody = parseJson(text, 'cannot decode command');
    return { name: body.text('command'), signal: body.object('signal')?.text('name') ?? '' };
  } catch (error) {
    if (error instanceof ApiError) {
      return undefined;
    }
    throw error;
  }
}

function isSignal(name: string): name is SignalName {
  return Object.hasOwn(signalNumbers, name);
}
