import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { PodSetupError } from './errors.ts';
import type { SpawningUser } from './spawning-user.ts';

const tailLength = 4096;

export interface HolderOptions {
  /** The pod or network that the process is held for, for messages. */
  readonly subject: string;
  readonly env: Readonly<Record<string, string>>;
  /** Default: ourselves. */
  readonly user?: SpawningUser;
}

/**
 * A process that keeps namespaces alive by living. It writes its process number on the first line
 * and `ready` on the second, and ends when its standard input does.
 */
export class Holder {
  /** The number of the process that holds the namespaces, as the machine counts. */
  readonly pid: number;
  readonly #child: HeldProcess;

  private constructor(pid: number, child: HeldProcess) {
    this.pid = pid;
    this.#child = child;
  }

  /** @throws {PodSetupError} when the process ends before it is ready. */
  static async start(argv: readonly string[], options: HolderOptions): Promise<Holder> {
    const child = new HeldProcess(argv, options);
    const pid = Number(await child.line());
    if ((await child.line()) !== 'ready') {
      await child.ended;
      throw new PodSetupError(options.subject, child.account);
    }
    return new Holder(pid, child);
  }

  /** The last that the process wrote. */
  get account(): string {
    return this.#child.account;
  }

  /** Resolves when the process has ended. */
  get ended(): Promise<void> {
    return this.#child.ended;
  }

  /** Asks the process to stop by a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.signal(this.pid, signal);
  }

  /** Ends the process and, with it, everything in its process namespace. */
  async close(): Promise<void> {
    this.#child.endInput();
    await this.ended;
  }
}

/** A child with its output split in lines, as long as somebody waits for lines. */
class HeldProcess {
  readonly ended: Promise<void>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #lines: string[] = [];
  #partial = '';
  #tail = '';
  #hasEnded = false;
  #wake: () => void = () => {};

  constructor([command = '', ...args]: readonly string[], { env, user }: HolderOptions) {
    this.#child = spawn(command, args, {
      env,
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      ...user,
    });
    this.#child.stdin.on('error', (error) => this.#keep(`${error.message}\n`));
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#partial + text).split('\n');
      this.#partial = lines.pop() ?? '';
      this.#lines.push(...lines);
      this.#wake();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    this.ended = once(this.#child, 'close').then(
      () => this.#end(),
      (error: unknown) => {
        this.#keep(String(error));
        this.#end();
      },
    );
  }

  get account(): string {
    return this.#tail.trim() || 'it ended without a word';
  }

  /** The next line of output, or nothing when the process has ended. */
  async line(): Promise<string | undefined> {
    while (this.#lines.length === 0 && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#lines.shift();
  }

  signal(pid: number, signal: NodeJS.Signals): void {
    if (this.#hasEnded) {
      return;
    }
    try {
      process.kill(pid, signal);
    } catch (error) {
      const hasJustEnded = error instanceof Error && 'code' in error && error.code === 'ESRCH';
      if (!hasJustEnded) {
        throw error;
      }
    }
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  #keep(text: string): void {
    this.#tail = (this.#tail + text).slice(-tailLength);
  }

  #end(): void {
    this.#hasEnded = true;
    this.#wake();
  }
}
