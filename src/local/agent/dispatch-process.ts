import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { LogLines } from './log-lines.ts';

/** A process to spawn, with its whole environment. */
export interface DispatchCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** How a dispatch ended. */
export type DispatchEnd =
  | { readonly how: 'exited'; readonly code: number }
  | { readonly how: 'killed'; readonly signal: string }
  | { readonly how: 'not-started'; readonly cause: Error };

export interface DispatchOutput {
  /** A line of stdout. Juju logs it at DEBUG. */
  readonly onStdout: (line: string) => void;
  /** A line of stderr. Juju logs it at WARNING. */
  readonly onStderr: (line: string) => void;
  /** All that is printed, as it comes. */
  readonly onBytes?: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
}

/**
 * How long output is waited for after the process has ended, in milliseconds. A child that
 * outlives the dispatch may hold its stdout open for ever; what it says later is lost.
 */
const DRAIN_TIME = 100;

/**
 * Runs one process to its end: no stdin, no environment but the one given, a process group of its
 * own.
 *
 * @param options.signal kills the process and what it has started.
 */
export async function runDispatchProcess(
  { command, args, env, cwd }: DispatchCommand,
  output: DispatchOutput,
  options: { readonly signal?: AbortSignal } = {},
): Promise<DispatchEnd> {
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => {
    killGroup(child);
  };
  const streams = [
    readLines(child.stdout, output.onStdout, (bytes) => output.onBytes?.('stdout', bytes)),
    readLines(child.stderr, output.onStderr, (bytes) => output.onBytes?.('stderr', bytes)),
  ];
  options.signal?.addEventListener('abort', kill);
  try {
    if (options.signal?.aborted === true) kill();
    const end = await ended(child);
    const drained = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, DRAIN_TIME);
    await Promise.all(streams);
    clearTimeout(drained);
    return end;
  } finally {
    options.signal?.removeEventListener('abort', kill);
  }
}

function ended(child: ChildProcess): Promise<DispatchEnd> {
  return new Promise((resolve) => {
    child.once('error', (cause) => {
      resolve({ how: 'not-started', cause });
    });
    child.once('exit', (code, signal) => {
      resolve(
        code === null ? { how: 'killed', signal: signal ?? 'SIGKILL' } : { how: 'exited', code },
      );
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Passes on lines as they come; resolves when the stream has ended or was destroyed. */
function readLines(
  stream: Readable,
  onLine: (line: string) => void,
  onBytes: (bytes: Uint8Array) => void,
): Promise<void> {
  const lines = new LogLines(onLine);
  stream.on('data', (bytes: Buffer) => {
    onBytes(bytes);
    lines.add(bytes);
  });
  return new Promise((resolve) => {
    stream.once('close', () => {
      lines.end();
      resolve();
    });
  });
}
