import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** One pipe between the daemon and a child. */
export interface Pipe {
  readonly daemonEnd: Socket;
  /** To be closed when the child has it. */
  readonly childEnd: number;
}

const run = promisify(execFile);
const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/**
 * Makes pipes for a child to write to, as a shell makes them. Node gives its children sockets, which
 * cannot be opened as `/dev/stdout`, and cannot give one as both stdout and stderr.
 *
 * They are no use for input: whoever opens a pipe with a name as `/dev/stdin` when its writer has
 * gone waits for another one, for ever.
 *
 * @returns `undefined` where there is no program to make them with.
 */
export async function makePipes(count: number): Promise<readonly Pipe[] | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'pipes-'));
  const paths = Array.from({ length: count }, (_, index) => join(folder, String(index)));
  const opened: number[] = [];
  const open = (path: string, flags: number): number => {
    const descriptor = openSync(path, flags);
    opened.push(descriptor);
    return descriptor;
  };
  try {
    await run('mkfifo', ['-m', '600', ...paths]);
    const ends = paths.map((path) => ({
      // The reader comes first: without one nobody may write.
      reader: open(path, O_RDONLY | O_NONBLOCK),
      childEnd: open(path, O_WRONLY),
    }));
    return ends.map(({ reader, childEnd }) => ({
      daemonEnd: new Socket({ fd: reader, readable: true, writable: false }),
      childEnd,
    }));
  } catch {
    for (const descriptor of opened) closeSync(descriptor);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
