import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PebbleClient, UnixSocketTransport } from '../../src/pebble/index.ts';
import type { RunningPebble } from './pebble/implementation.ts';

/** How a daemon is started. */
export interface DaemonCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a daemon in a directory of its own and waits until it answers. */
export async function startDaemon(
  commandOf: (base: string, socketPath: string) => DaemonCommand,
): Promise<RunningPebble> {
  const base = await mkdtemp(join(tmpdir(), 'pbl-'));
  const socketPath = join(base, 's');
  const dir = join(base, 'dir');
  await mkdir(dir);
  await mkdir(join(base, 'layers'));
  const { command, args, env } = commandOf(base, socketPath);
  const child = spawn(command, args, {
    // Only what a container would give it: NOTIFY_SOCKET and the like change what Pebble does.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (bytes: Buffer) => {
    output += bytes.toString('utf8');
  });
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const last = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(last);
    }
    await rm(base, { recursive: true, force: true });
  };

  const client = new PebbleClient(new UnixSocketTransport(socketPath), { timeout: 2_000 });
  const deadline = performance.now() + 15_000;
  for (;;) {
    try {
      await client.systemInfo();
      break;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline) {
        await stop();
        throw new Error(`${command} does not answer: ${output}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  await client.close();
  return { socketPath, dir, stop };
}
