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
 * Makes pipes as a shell makes them. Node gives its children sockets, which cannot be opened as
 * `/dev/stdout` and the like, and cannot give one as both stdout and stderr.
 *
 * @param directions whether the child writes to each or reads from it.
 * @returns `undefined` where there is no program to make them with.
 */
export async function makePipes(
  directions: readonly ('reads' | 'writes')[],
): Promise<readonly Pipe[] | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'pipes-'));
  const paths = directions.map((_, index) => join(folder, String(index)));
  const opened: number[] = [];
  const open = (path: string, flags: number): number => {
    const descriptor = openSync(path, flags);
    opened.push(descriptor);
    return descriptor;
  };
  try {
    await run('mkfifo', ['-m', '600', ...paths]);
    const ends = directions.map((direction, index) => {
      const path = paths[index] ?? '';
      // The reader comes first: without one nobody may write. A child's end is made to wait by
      // libuv before the child has it.
      const reader = open(path, O_RDONLY | O_NONBLOCK);
      const writer = open(path, O_WRONLY | O_NONBLOCK);
      return direction === 'reads'
        ? { fd: writer, childEnd: reader, readable: false }
        : { fd: reader, childEnd: writer, readable: true };
    });
    return ends.map(({ fd, childEnd, readable }) => ({
      daemonEnd: new Socket({ fd, readable, writable: !readable }),
      childEnd,
    }));
  } catch {
    for (const descriptor of opened) closeSync(descriptor);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
