import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { PodCommand } from '../pod/pod.ts';

const tailLength = 8192;

/**
 * A shell that runs a server and interrupts it when the shell's standard input ends: on our wish, or
 * because we died.
 */
const guard = [
  'exec 3<&0',
  '"$@" < /dev/null 3<&- &',
  'server=$!',
  '(cat <&3; kill -INT "$server") > /dev/null 2>&1 &',
  'exec 3<&-',
  'wait "$server"',
].join('\n');

/** The argument list that runs a program as a `ServerProcess` needs it. */
export function guarded(argv: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', guard, 'sh', ...argv];
}

/** A server that ends when its standard input does. */
export class ServerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<void>;
  #hasEnded = false;
  #output = '';
  #wake: () => void = () => {};

  /** @param input the first line that the server reads, when it reads one. */
  constructor({ command, args, ...options }: PodCommand, input?: string) {
    this.#child = spawn(command, args, {
      ...options,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    }
    this.#child.stdin.on('error', (error) => this.#hear(`${error.message}\n`));
    if (input !== undefined) {
      this.#child.stdin.write(`${input}\n`);
    }
    this.#ended = once(this.#child, 'close').then(
      () => this.#end(),
      (error: unknown) => {
        this.#hear(messageOf(error));
        this.#end();
      },
    );
  }

  /** The last that the server said. */
  get account(): string {
    return this.#output.trim() || 'it ended without a word';
  }

  /** Resolves with whether the server said a word before it ended or the time was up. */
  async says(word: string, timeout: number): Promise<boolean> {
    const deadline = Date.now() + timeout;
    while (!this.#output.includes(word)) {
      const left = deadline - Date.now();
      if (this.#hasEnded || left <= 0) {
        return false;
      }
      const heard = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const patience = new AbortController();
      const over = delay(left, undefined, { signal: patience.signal }).catch(() => {});
      await Promise.race([heard, over]);
      patience.abort();
    }
    return true;
  }

  async stop(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }

  #hear(text: string): void {
    this.#output = (this.#output + text).slice(-tailLength);
    this.#wake();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#wake();
  }
}
