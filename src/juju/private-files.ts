import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Writes texts into files that only this user can read, for a tool that takes a path and no stdin,
 * and takes them away when the work with them has ended, however it ends. They go, too, when the
 * process exits meanwhile; only SIGKILL can leave them behind.
 *
 * @param texts by the names of their files.
 * @param work gets the paths, by the same names.
 */
export async function withPrivateFiles<T>(
  texts: Readonly<Record<string, string>>,
  work: (paths: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
  const folder = await mkdtemp(join(tmpdir(), 'charmwright-'));
  hold(folder);
  try {
    const paths = new Map<string, string>();
    for (const [name, text] of Object.entries(texts)) {
      const path = join(folder, name);
      await writeFile(path, text, { mode: 0o600, flag: 'wx' });
      paths.set(name, path);
    }
    return await work(paths);
  } finally {
    await rm(folder, { recursive: true, force: true });
    release(folder);
  }
}

const held = new Set<string>();

function hold(folder: string): void {
  if (held.size === 0) process.on('exit', removeHeld);
  held.add(folder);
}

function release(folder: string): void {
  held.delete(folder);
  if (held.size === 0) process.off('exit', removeHeld);
}

function removeHeld(): void {
  for (const folder of held) rmSync(folder, { recursive: true, force: true });
}
