import { chown, lchown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ProgramOutOfReachError } from './errors.ts';
import type { ContainerImage } from './image.ts';
import { ownProgram } from './own-program.ts';
import { runProgram } from './run-program.ts';
import { unprivilegedUser, type SpawningUser } from './spawning-user.ts';

/** Who does the work of a workload container. */
export function workloadUser(image: ContainerImage | undefined): SpawningUser {
  const user = unprivilegedUser((image?.users ?? []).map(({ name }) => name));
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}

/** @throws {ProgramOutOfReachError} when another user cannot do the work with our own programs. */
export async function assertWithinReach({ uid, gid }: SpawningUser): Promise<void> {
  if (uid === undefined || gid === undefined) {
    return;
  }
  const [node, program] = ownProgram('local/supervisor/daemon.js');
  const probe = 'require("node:fs").accessSync(process.argv[1])';
  const { code, stderr } = await runProgram([node, '-e', probe, program], { uid, gid });
  if (code !== 0) {
    const outOfReach = stderr.includes(program) ? program : node;
    throw new ProgramOutOfReachError(outOfReach, uid, { cause: new Error(stderr.trim()) });
  }
}

/** Gives a directory and everything in it to a user. */
export async function giveTree(directory: string, { uid, gid }: SpawningUser): Promise<void> {
  if (uid === undefined || gid === undefined) {
    return;
  }
  await chown(directory, uid, gid);
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    await lchown(join(entry.parentPath, entry.name), uid, gid);
  }
}
