import type { PretendProcess, PretendProgram } from '../simulator/pebble/pretend-launcher.ts';

/** A command that the charm executes in a container. */
export interface ExecutedCall {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string | undefined;
  /** The service whose surroundings it shared, if any. */
  readonly service: string | undefined;
  /** The user's name, or its number where the container has no such name. */
  readonly user: string | undefined;
  /** All that it was given to read. */
  readonly stdin: string;
}

/** What a command printed, and how it ended. */
export interface ExecResult {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/**
 * Plays a command. Text is what it prints, a number its exit code, nothing a silent success. One that
 * throws makes the command fail, with its stack on stderr.
 */
export type ExecHandler = (
  call: ExecutedCall,
) => ExecResult | string | number | undefined | Promise<ExecResult | string | number | undefined>;

/** What commands do, by how they begin. */
export class ExecHandlers {
  readonly #handlers: { readonly prefix: readonly string[]; readonly handler: ExecHandler }[] = [];

  /** In place of an earlier one with the same prefix. */
  set(prefix: readonly string[], handler: ExecHandler | ExecResult | string | number): void {
    const at = this.#handlers.findIndex((each) => isSame(each.prefix, prefix));
    const entry = { prefix, handler: typeof handler === 'function' ? handler : () => handler };
    if (at < 0) this.#handlers.push(entry);
    else this.#handlers[at] = entry;
  }

  /** Whether any handler could have a command of the program. */
  knows(program: string): boolean {
    return this.#handlers.some(({ prefix }) => prefix[0] === undefined || prefix[0] === program);
  }

  /** The one with the longest prefix that the command begins with. */
  find(command: readonly string[]): PretendProgram | undefined {
    const fitting = this.#handlers
      .filter(({ prefix }) => isSame(prefix, command.slice(0, prefix.length)))
      .sort((a, b) => b.prefix.length - a.prefix.length);
    const [best] = fitting;
    return best && ((process) => play(process, best.handler));
  }
}

function play(process: PretendProcess, handler: ExecHandler): void {
  process.onInput(() => {
    void outcomeOf(handler, executedCall(process)).then((outcome) => {
      finish(process, outcome);
    });
  });
}

/** What a process of a command was told, with what it was given to read so far. */
export function executedCall({ spec, input: stdin }: PretendProcess): ExecutedCall {
  const { argv: command, environment, workingDirectory, service, user } = spec;
  return {
    command,
    environment,
    workingDirectory,
    service: service === '' ? undefined : service,
    user: user && (user.name ?? String(user.userId)),
    stdin,
  };
}

async function outcomeOf(
  handler: ExecHandler,
  call: ExecutedCall,
): Promise<ExecResult | string | number | undefined> {
  try {
    return await handler(call);
  } catch (error) {
    const stderr = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { exitCode: 1, stderr };
  }
}

function finish(process: PretendProcess, outcome: ExecResult | string | number = {}): void {
  const { exitCode = 0, stdout = '', stderr = '' } = asResult(outcome);
  if (stdout !== '') process.write(stdout);
  if (stderr !== '') process.writeError(stderr);
  process.exit(exitCode);
}

function asResult(outcome: ExecResult | string | number): ExecResult {
  if (typeof outcome === 'number') return { exitCode: outcome };
  return typeof outcome === 'string' ? { stdout: outcome } : outcome;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
