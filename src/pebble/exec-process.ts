import type { Writable } from 'node:stream';

import type { Change } from './change.ts';
import {
  PebbleAbortError,
  PebbleChangeError,
  PebbleExecError,
  PebbleProtocolError,
  PebbleTimeoutError,
} from './errors.ts';
import { sendInput, writableInput } from './exec-input.ts';
import { ExecOutput, readStream } from './exec-output.ts';
import type { MessageConnection } from './message-transport.ts';
import type { FileContent } from './push.ts';

/** All that a process wrote. */
export interface ExecResult<T = string> {
  readonly stdout: T;
  /** Empty when it was combined with stdout. */
  readonly stderr: T;
}

/** What a process is made of. */
export interface ExecParts {
  /** For messages. Without arguments, which may hold secrets. */
  readonly what: string;
  readonly command: string;
  readonly changeId: string;
  readonly control: MessageConnection;
  readonly stdio: MessageConnection;
  /** Absent when stderr is combined with stdout. */
  readonly stderr: MessageConnection | undefined;
  readonly stdin: FileContent | undefined;
  readonly keepStdinOpen: boolean;
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Waits until the change is ready. */
  readonly wait: (signal: AbortSignal) => Promise<Change>;
}

/**
 * A process that Pebble executes. Wait for it in one of the ways there are, `kill()` it, or
 * `detach()` from it: until then it holds connections.
 */
export class ExecProcess implements AsyncDisposable {
  /** The change that stands for it. */
  readonly changeId: string;
  /** Its standard input. Ended already, unless it was asked to be kept open. */
  readonly stdin: Writable;
  readonly stdout: ExecOutput;
  /** Empty when it is combined with stdout. */
  readonly stderr: ExecOutput;
  readonly #parts: ExecParts;
  readonly #giveUp = new AbortController();
  readonly #exit: Promise<number>;
  readonly #input: Promise<void>;
  #openOutputs = 2;
  #reason: Error | undefined;
  #over = false;

  /** @internal */
  constructor(parts: ExecParts) {
    const { what, control, stdio, stderr, stdin, signal } = parts;
    this.#parts = parts;
    this.changeId = parts.changeId;
    const onEnd = (): void => {
      this.#openOutputs -= 1;
      this.#closeOutputs();
    };
    const reason = (): Error | undefined => this.#reason;
    this.stdout = new ExecOutput(readStream(what, stdio, reason), onEnd);
    this.stderr = new ExecOutput(stderr ? readStream(what, stderr, reason) : nothing(), onEnd);
    if (stderr === undefined) this.#openOutputs = 1;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    readAway(control);
    this.#exit = this.#finish();
    this.stdin = writableInput(stdio, this.#exit);
    this.#input = parts.keepStdinOpen
      ? Promise.resolve()
      : sendInput(stdio, stdin, this.#exit).then(
          () => {
            this.stdin.destroy();
          },
          (error: unknown) => {
            // Half of its input is not what the process was to have.
            this.#end(error instanceof Error ? error : new Error(String(error)));
          },
        );
    if (signal?.aborted === true) this.#onAbort();
  }

  /**
   * Waits until it has ended, whatever its exit code: 128 and the signal's number when a signal
   * ended it. Output that nobody reads is let go.
   *
   * @throws {PebbleTimeoutError} when it ran longer than its `timeout`.
   * @throws {PebbleAbortError} when the signal was aborted or it was killed.
   */
  async exitCode(): Promise<number> {
    await Promise.all([this.stdout.drain(), this.stderr.drain(), this.#input]);
    return await this.#exit;
  }

  /**
   * Waits until it has ended well. Output that nobody reads is let go.
   *
   * @throws {PebbleExecError} when its exit code is not 0.
   */
  async wait(): Promise<void> {
    const exitCode = await this.exitCode();
    if (exitCode !== 0) {
      const output = { stdout: this.stdout.tail, stderr: this.stderr.tail };
      throw new PebbleExecError(this.#parts.command, exitCode, output);
    }
  }

  /**
   * Waits until it has ended well, and gives what it wrote, as UTF-8.
   *
   * @throws {PebbleExecError} when its exit code is not 0, with what it wrote.
   */
  async waitOutput(): Promise<ExecResult> {
    const { exitCode, stdout, stderr } = await this.#collect();
    const output = { stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
    if (exitCode !== 0) throw new PebbleExecError(this.#parts.command, exitCode, output);
    return output;
  }

  /** Like {@link waitOutput}, with the bytes as they are. */
  async waitBytes(): Promise<ExecResult<Buffer>> {
    const { exitCode, stdout, stderr } = await this.#collect();
    if (exitCode === 0) return { stdout, stderr };
    const output = { stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
    throw new PebbleExecError(this.#parts.command, exitCode, output);
  }

  /** Sends a signal to it, and not to its children. The daemon does not say whether it could. */
  async sendSignal(signal: NodeJS.Signals): Promise<void> {
    await this.#command({ command: 'signal', signal: { name: signal } });
  }

  /** Tells it the size of its terminal, in characters. */
  async resize(width: number, height: number): Promise<void> {
    await this.#command({ command: 'resize', resize: { width, height } });
  }

  /** Kills it with SIGKILL, and ends whoever waits for it with a `PebbleAbortError`. */
  kill(): void {
    this.#end(new PebbleAbortError(this.#parts.what, undefined, 'the caller killed it'));
  }

  /**
   * Leaves it to itself: it goes on without its input and output, and a write may kill it. Its
   * change tells how it ends.
   */
  detach(): void {
    this.#end(
      new PebbleAbortError(this.#parts.what, undefined, 'the caller detached from it'),
      true,
    );
  }

  /** Kills it unless it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over || this.#openOutputs > 0) this.kill();
    await this.#input;
  }

  readonly #onAbort = (): void => {
    this.#end(new PebbleAbortError(this.#parts.what, this.#parts.signal?.reason));
  };

  async #finish(): Promise<number> {
    const { what, timeout, control, signal } = this.#parts;
    try {
      const change = await this.#parts.wait(this.#giveUp.signal);
      const exitCode = change.tasks[0]?.data['exit-code'];
      if (typeof exitCode !== 'number') {
        throw new PebbleProtocolError(what, 'the change does not say how the process ended');
      }
      control.close();
      return exitCode;
    } catch (error) {
      const reason = this.#reason ?? explain(what, timeout, error);
      this.#end(reason);
      throw reason;
    } finally {
      this.#over = true;
      signal?.removeEventListener('abort', this.#onAbort);
      this.#closeOutputs();
    }
  }

  async #collect(): Promise<{
    readonly exitCode: number;
    readonly stdout: Buffer;
    readonly stderr: Buffer;
  }> {
    const outputs = Promise.all([this.stdout.bytes(), this.stderr.bytes(), this.#input]);
    const [stdout, stderr] = await outputs;
    return { exitCode: await this.#exit, stdout, stderr };
  }

  async #command(command: object): Promise<void> {
    if (this.#reason !== undefined) throw this.#reason;
    await this.#parts.control.send(JSON.stringify(command));
  }

  /** Ends this side of it for a reason: whoever waits or reads hears that. */
  #end(reason: Error, withFarewell = false): void {
    if (this.#over && this.#openOutputs === 0) return;
    this.#reason ??= reason;
    const { control, stdio, stderr } = this.#parts;
    for (const connection of [control, stdio, stderr]) {
      if (withFarewell) connection?.close();
      else connection?.drop();
    }
    this.#giveUp.abort(this.#reason);
  }

  #closeOutputs(): void {
    if (!this.#over || this.#openOutputs > 0) return;
    this.#parts.stdio.close();
    this.#parts.stderr?.close();
  }
}

/** The daemon says nothing here, but its farewell must be heard. */
function readAway(control: MessageConnection): void {
  (async () => {
    for await (const message of control.messages) void message;
  })().catch(() => undefined);
}

function explain(what: string, timeout: number | undefined, error: unknown): Error {
  if (error instanceof PebbleChangeError && timeout !== undefined) {
    const timedOut = error.change.err?.includes('timed out after') === true;
    const why = `it ran longer than ${timeout} ms and was killed`;
    if (timedOut) return new PebbleTimeoutError(what, timeout, { why, cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
