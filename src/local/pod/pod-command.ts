import type { PodCommand } from './pod.ts';

/** An argument list as something to spawn, from the machine's root directory. */
export function toPodCommand(
  [command = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): PodCommand {
  return { command, args, env, cwd: '/' };
}
