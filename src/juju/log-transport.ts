import { HookToolTimeoutError } from './errors.ts';
import type { HookTools } from './hook-tool.ts';
import { jujuLog, type LogLevel } from './tools/log.ts';

export interface LogTransportOptions {
  /**
   * Milliseconds that a line may wait for others of its level, with which it shares a call where
   * each call is a process.
   *
   * @default 25
   */
  readonly delay?: number;
  /** Where lines go that Juju did not take, with the error. Nothing may be lost silently. */
  readonly undelivered: (level: LogLevel, message: string, error: unknown) => void;
}

/** How a line goes. */
export interface LineOptions {
  /** It shares its entry in the log with no other, so that a program can read it. */
  readonly alone?: boolean | undefined;
}

interface Line extends LineOptions {
  readonly level: LogLevel;
  readonly message: string;
}

/** Linux refuses an argument of 131 072 bytes, its closing zero included. */
const longestArgument = 131_071;

/**
 * The way of log lines to `juju-log`: in order, without making the writer wait. Where a call is a
 * process, lines of one level that follow one another share it; where it is a message, each line
 * leaves at once and alone.
 */
export class LogTransport {
  readonly #tools: HookTools;
  readonly #delay: number;
  readonly #undelivered: LogTransportOptions['undelivered'];
  #waiting: Line[] = [];
  /** Calls in order, the first of them under way. */
  readonly #calls: Line[] = [];
  #stuck: HookToolTimeoutError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(tools: HookTools, { delay = 25, undelivered }: LogTransportOptions) {
    this.#tools = tools;
    this.#delay = delay;
    this.#undelivered = undelivered;
  }

  /** What Juju has not taken yet, for the end of a process that cannot wait. */
  get unsent(): readonly string[] {
    return [...this.#calls, ...this.#waiting].map(({ level, message }) => `${level} ${message}`);
  }

  /** Takes a line. It is sent soon; `flush()` waits until it is. */
  write(level: LogLevel, message: string, options: LineOptions = {}): void {
    this.#waiting.push({ level, message, ...options });
    if (this.#tools.callCost === 'message') this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), this.#delay).unref();
  }

  /** Sends what waits, and waits until all of it has been taken, also what is written meanwhile. */
  async flush(): Promise<void> {
    do {
      this.#send();
      await this.#sending;
    } while (this.#waiting.length > 0);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = calls(this.#waiting, this.#tools.callCost !== 'message');
    this.#calls.push(...lines);
    this.#waiting = [];
    this.#sending = this.#sending.then(async () => {
      for (const line of lines) {
        await this.#deliver(line);
        this.#calls.shift();
      }
    });
  }

  async #deliver({ level, message }: Line): Promise<void> {
    try {
      if (this.#stuck !== undefined) throw this.#stuck;
      await jujuLog(this.#tools, level, message);
    } catch (error) {
      // Not to wait as long for each line that is left.
      if (error instanceof HookToolTimeoutError) this.#stuck = error;
      this.#undelivered(level, message, error);
    }
  }
}

/** Joins neighbours of one level, if asked to, and cuts what is longer than an argument can be. */
function calls(lines: readonly Line[], join: boolean): Line[] {
  const result: {
    readonly level: LogLevel;
    readonly pieces: string[];
    readonly joins: boolean;
    bytes: number;
  }[] = [];
  for (const { level, message, alone = false } of lines) {
    const joins = join && !alone;
    for (const piece of pieces(message === '' ? ' ' : message)) {
      const bytes = Buffer.byteLength(piece) + 1;
      const last = result.at(-1);
      const fits = last !== undefined && last.bytes + bytes <= longestArgument + 1;
      if (joins && fits && last.joins && last.level === level) {
        last.pieces.push(piece);
        last.bytes += bytes;
      } else {
        result.push({ level, pieces: [piece], joins, bytes });
      }
    }
  }
  return result.map(({ level, pieces }) => ({ level, message: pieces.join('\n') }));
}

/** Cuts between characters, never inside one. An argument cannot hold a zero either. */
function pieces(message: string): string[] {
  const text = message.replaceAll('\0', '\\0');
  const bytes = Buffer.from(text);
  if (bytes.length <= longestArgument) return [text];
  const result: string[] = [];
  for (let start = 0; start < bytes.length;) {
    let end = Math.min(start + longestArgument, bytes.length);
    while (end < bytes.length && ((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
    result.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return result;
}
