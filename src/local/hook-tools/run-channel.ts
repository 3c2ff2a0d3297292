import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../errors.ts';
import { HookToolChannelError } from './errors.ts';
import type { Snippet } from './snippet.ts';

const run = promisify(execFile);

/** How many reply FIFOs are made at first, and how few may be left before as many are made again. */
const FIRST_BATCH = 16;
const LOW_WATER = 8;
/** Each further batch is twice as large, up to this. */
const LARGEST_BATCH = 128;

/** What a tool has sent: its number, and a word that says how the last snippet went. */
export interface ToolMessage {
  readonly number: string;
  readonly word: string | undefined;
}

export interface RunChannelListener {
  onMessage(message: ToolMessage): void;
  /** No more reply FIFOs could be made: tools that find none will wait. */
  onFailure(error: HookToolChannelError): void;
}

/**
 * The FIFOs and files of one run, in `.calls` of the tools directory.
 *
 * Each reply FIFO serves one call. The channel holds it open for writing from before a tool can
 * see it, so that the tool reads end of file if and only if the agent is gone.
 */
export class RunChannel {
  readonly #directory: string;
  readonly #tools: string;
  readonly #listener: RunChannelListener;
  readonly #socket: Socket;
  /** Reply FIFOs that this process holds open, by number. */
  readonly #replies = new Map<string, FileHandle>();
  #made = 0;
  #free = 0;
  #making: Promise<void> | undefined;
  #closing = false;

  private constructor(tools: string, fd: number, listener: RunChannelListener) {
    this.#tools = tools;
    this.#directory = join(tools, '.calls');
    this.#listener = listener;
    this.#socket = new Socket({ fd, readable: true, writable: false });
    let rest = '';
    this.#socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.#receive(line);
      }
    });
  }

  /** @throws {HookToolChannelError} when the FIFOs cannot be made */
  static async open(tools: string, listener: RunChannelListener): Promise<RunChannel> {
    const directory = join(tools, '.calls');
    try {
      await rm(directory, { recursive: true, force: true });
      const staged = join(tools, '.calls.new');
      await rm(staged, { recursive: true, force: true });
      await mkdir(join(staged, 'free'), { recursive: true, mode: 0o700 });
      const agent = join(staged, 'agent');
      await run('mkfifo', ['-m', '600', agent]);
      const fd = openSync(agent, constants.O_RDWR | constants.O_NONBLOCK);
      const channel = new RunChannel(tools, fd, listener);
      await channel.#makeReplies(staged);
      await rename(staged, directory);
      return channel;
    } catch (error) {
      throw new HookToolChannelError(tools, messageOf(error), { cause: error });
    }
  }

  /** Takes a call's request away and returns its fields; the number's FIFO is now in use. */
  async take(number: string): Promise<string[]> {
    const path = join(this.#directory, `${number}.request`);
    const text = await readFile(path, 'utf8');
    // In this order: a tool that can claim the number again must find its FIFO gone.
    await rm(join(this.#directory, 'free', number));
    await rm(path);
    this.#free -= 1;
    if (this.#free < LOW_WATER) this.#refill();
    return text.split('\0').slice(0, -1);
  }

  /** What a snippet has left for the agent. */
  async collect(number: string, suffix: string): Promise<string> {
    const path = join(this.#directory, `${number}.${suffix}`);
    const text = await readFile(path, 'utf8');
    await rm(path);
    return text;
  }

  /** Has the tool run a snippet. */
  async send(number: string, snippet: Snippet): Promise<void> {
    const files = [...snippet.files, { suffix: 'answer', content: snippet.text }];
    await Promise.all(
      files.map(({ suffix, content }) =>
        writeFile(join(this.#directory, `${number}.${suffix}`), content, { mode: 0o600 }),
      ),
    );
    await this.#replies.get(number)?.write('\n');
  }

  /** Ends a tool that prints nothing. */
  async sendExit(number: string, code: number): Promise<void> {
    await this.#replies.get(number)?.write(`${String(code)}\n`);
  }

  /** Lets go of a call's FIFO: a tool that still waits on it takes the agent for gone. */
  async release(number: string): Promise<void> {
    const handle = this.#replies.get(number);
    this.#replies.delete(number);
    await handle?.close();
  }

  /** Ends all calls that wait and removes everything. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#making;
    const closing = join(this.#tools, '.calls.old');
    await rm(closing, { recursive: true, force: true });
    await rename(this.#directory, closing);
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => {
        resolve();
      });
      this.#socket.destroy();
    });
    await Promise.all([...this.#replies.keys()].map((number) => this.release(number)));
    await rm(closing, { recursive: true, force: true });
  }

  #receive(line: string): void {
    const [, number, word] = /^(\d+)(?: (\w+))?$/.exec(line) ?? [];
    if (number !== undefined) this.#listener.onMessage({ number, word });
    else if (line === 'more') this.#refill();
  }

  #refill(): void {
    if (this.#closing || this.#making !== undefined) return;
    this.#making = this.#makeReplies(this.#directory)
      .catch((error: unknown) => {
        this.#listener.onFailure(
          new HookToolChannelError(this.#tools, messageOf(error), { cause: error }),
        );
      })
      .finally(() => {
        this.#making = undefined;
      });
  }

  async #makeReplies(directory: string): Promise<void> {
    const count = Math.min(Math.max(this.#made, FIRST_BATCH), LARGEST_BATCH);
    const numbers = Array.from({ length: count }, (_, index) => String(this.#made + index));
    this.#made += count;
    await run('mkfifo', [
      '-m',
      '600',
      ...numbers.map((number) => join(directory, `${number}.new`)),
    ]);
    await Promise.all(
      numbers.map(async (number) => {
        const path = join(directory, `${number}.new`);
        const handle = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
        this.#replies.set(number, handle);
        await rename(path, join(directory, 'free', number));
      }),
    );
    this.#free += count;
  }
}
