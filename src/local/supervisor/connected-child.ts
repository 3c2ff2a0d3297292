import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import {
  LaunchError,
  type ExecutedProcess,
  type OutputSink,
  type OutputSinks,
} from '../../simulator/pebble/process-launcher.ts';
import { errnoOf, errnoText } from './errno-text.ts';
import { makePipes, type Pipe, type PipeUse } from './pipes.ts';

/** A child that was spawned with its streams connected. */
export interface ConnectedChild extends Pick<
  ExecutedProcess,
  'outputClosed' | 'abandonOutput' | 'writeInput' | 'endInput' | 'abandonInput'
> {
  readonly child: ChildProcess;
  /** Begins to read what it writes. */
  readonly connect: (outputs: OutputSinks) => void;
}

/** Which streams a child has. */
export interface ChildStreams {
  /** Whether they are pipes, which take a moment to make, and not sockets. */
  readonly piped: boolean;
  /** Whether it is given input; else it has an ended one. */
  readonly input: boolean;
  /** Whether stderr is apart from stdout. */
  readonly split: boolean;
}

/** Spawns a child. Both outputs are one pipe, unless they are split. */
export async function spawnConnected(
  file: string,
  args: readonly string[],
  options: SpawnOptions,
  { piped, input, split }: ChildStreams,
): Promise<ConnectedChild> {
  const uses: PipeUse[] = ['output'];
  if (split) uses.push('output');
  if (input) uses.push('input');
  const pipes = piped ? await makePipes(uses) : undefined;
  const output = pipes?.[0];
  const errors = split ? pipes?.[1] : output;
  const inputPipe = input ? pipes?.at(-1) : undefined;
  const child = spawnWith(pipes ?? [], file, args, {
    ...options,
    stdio: [
      input ? (inputPipe?.childEnd ?? 'pipe') : 'ignore',
      output?.childEnd ?? 'pipe',
      errors?.childEnd ?? 'pipe',
    ],
  });
  const stdin = inputPipe?.daemonEnd ?? child.stdin;
  const stdout = present(output?.daemonEnd, child.stdout);
  const stderr = present(errors === output ? undefined : errors?.daemonEnd, child.stderr);
  // What went wrong with a stream is its end, and no more.
  for (const stream of [stdin, ...stdout, ...stderr]) stream?.on('error', () => undefined);
  const closed = [...stdout, ...stderr].map(closing);
  return {
    child,
    connect({ stdout: sink, stderr: errorSink }) {
      pump(errorSink === undefined ? [...stdout, ...stderr] : stdout, sink);
      if (errorSink !== undefined) pump(stderr, errorSink);
    },
    outputClosed: Promise.all(closed).then(() => undefined),
    abandonOutput() {
      for (const stream of [...stdout, ...stderr]) stream.destroy();
    },
    writeInput: async (chunk) => await write(stdin, chunk),
    endInput: () => {
      stdin?.end();
    },
    abandonInput: () => {
      stdin?.destroy();
    },
  };
}

/** Hands a child its ends of pipes. @throws {LaunchError} when the kernel takes no such child. */
function spawnWith(
  pipes: readonly Pipe[],
  file: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  try {
    return spawn(file, args, options);
  } catch (cause) {
    for (const { daemonEnd } of pipes) daemonEnd.destroy();
    throw launchError(file, cause);
  } finally {
    for (const { childEnd } of pipes) closeSync(childEnd);
  }
}

/** Why a program could not be started, in Go's words. */
export function launchError(file: string, cause: unknown): LaunchError {
  return new LaunchError(`fork/exec ${file}: ${errnoText(errnoOf(cause))}`, { cause });
}

function present<T>(...values: readonly (T | null | undefined)[]): T[] {
  return values.filter((value) => value !== null && value !== undefined).slice(0, 1);
}

async function closing(stream: Readable): Promise<void> {
  await new Promise((resolve) => {
    stream.once('close', resolve);
  });
}

/** Gives a sink what streams bring, no faster than it takes it. */
function pump(streams: readonly Readable[], sink: OutputSink): void {
  for (const stream of streams) {
    stream.on('data', (chunk: Uint8Array) => {
      stream.pause();
      void sink.write(chunk).then((more) => {
        if (more) stream.resume();
        else stream.destroy();
      });
    });
  }
  void Promise.all(streams.map(closing)).then(() => {
    sink.end();
  });
}

async function write(stream: Writable | null, chunk: Uint8Array): Promise<boolean> {
  return await new Promise((resolve) => {
    if (stream === null) resolve(false);
    else stream.write(chunk, (error) => resolve(!error));
  });
}
