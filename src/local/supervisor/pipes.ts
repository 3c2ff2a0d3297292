import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** One pipe between the daemon and a child. */
export interface Pipe {
  readonly daemonEnd: Socket;
  /** To be closed when the child has it. */
  readonly childEnd: number;
}

/** Where a pipe leads, as the child sees it. */
export type PipeUse = 'input' | 'output';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
/** The first descriptor that the shell below keeps a pipe under. */
const firstKept = 4;

/**
 * Makes pipes for a child, as a shell makes them. Node gives its children sockets, which cannot be
 * opened as `/dev/stdin` or `/dev/stdout`, and cannot give one as both stdout and stderr.
 *
 * Node cannot make a pipe; a shell can, and Linux opens any process's pipe anew by its path. A named
 * one would not do: who opens it as `/dev/stdin` when its writer has gone waits for another, for ever.
 *
 * @returns `undefined` where there is no such shell, or no `/proc`.
 */
export async function makePipes(uses: readonly PipeUse[]): Promise<readonly Pipe[] | undefined> {
  const maker = spawn('/bin/sh', ['-c', makingScript(uses.length)], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // What is wrong with it shows when its pipes are opened.
  for (const emitter of [maker, maker.stdin]) emitter.on('error', () => undefined);
  const opened: number[] = [];
  const open = (path: string, flags: number): number => {
    const descriptor = openSync(path, flags);
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const keeper = await keeperOf(maker);
    const ends = uses.map((use, index) => {
      const path = `/proc/${keeper}/fd/${firstKept + index}`;
      const [reader, writer] = use === 'input' ? [0, O_NONBLOCK] : [O_NONBLOCK, 0];
      return { use, reader: open(path, O_RDONLY | reader), writer: open(path, O_WRONLY | writer) };
    });
    return ends.map(({ use, reader, writer }) =>
      use === 'input'
        ? { childEnd: reader, daemonEnd: daemonEnd(writer, use) }
        : { childEnd: writer, daemonEnd: daemonEnd(reader, use) },
    );
  } catch {
    for (const descriptor of opened) closeSync(descriptor);
    return undefined;
  } finally {
    maker.stdin.end();
  }
}

/** A script that makes pipes, says which process has them, and keeps them until its input ends. */
function makingScript(count: number): string {
  let script = 'read -r pid rest </proc/self/stat; echo "$pid"; read -r line <&3';
  for (let index = count - 1; index >= 0; index -= 1) {
    script = `: | { exec ${firstKept + index}<&0; ${script}; }`;
  }
  return `exec 3<&0; ${script}`;
}

/** The id of the process that has the pipes. */
async function keeperOf({ stdout }: { readonly stdout: Readable }): Promise<string> {
  let said = '';
  for await (const piece of stdout) {
    said += String(piece);
    if (said.endsWith('\n')) break;
  }
  const id = said.trim();
  if (!/^\d+$/.test(id)) throw new Error('the shell has made no pipes');
  return id;
}

function daemonEnd(fd: number, use: PipeUse): Socket {
  return new Socket({ fd, readable: use === 'output', writable: use === 'input' });
}
