import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type {
  ExecutedProcess,
  OutputSink,
  OutputSinks,
} from '../../simulator/pebble/process-launcher.ts';
import { makePipes } from './pipes.ts';

/** A child that was spawned with its three streams connected. */
export interface ExecutedChild extends Pick<
  ExecutedProcess,
  'outputClosed' | 'abandonOutput' | 'writeInput' | 'endInput' | 'abandonInput'
> {
  readonly child: ChildProcess;
  /** Begins to read what it writes. */
  readonly connect: (outputs: OutputSinks) => void;
}

/** Spawns a child that writes to real pipes, one for both outputs unless they are split. */
export async function spawnExecuted(
  file: string,
  args: readonly string[],
  options: SpawnOptions,
  split: boolean,
): Promise<ExecutedChild> {
  const pipes = await makePipes(split ? 2 : 1);
  const [output, errors = output] = pipes ?? [];
  const ends = [output, errors].map((pipe) => pipe?.childEnd ?? ('pipe' as const));
  const child = spawn(file, args, { ...options, stdio: ['pipe', ...ends] });
  for (const { childEnd } of pipes ?? []) closeSync(childEnd);
  const { stdin } = child;
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
