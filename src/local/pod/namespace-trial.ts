import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamespaceCommands } from './namespace-commands.ts';
import { systemPath } from './program-path.ts';
import { quoteWord } from './root-script.ts';
import { runProgram } from './run-program.ts';

/** What a try at a container came to. */
export type NamespaceTrial =
  | { readonly works: true; readonly overlay: boolean }
  | { readonly works: false; readonly why: string };

/**
 * Tries, in a folder of its own, what a pod needs of the machine: namespaces, mounts, a root
 * directory of one's own, and whether the machine's directories can be written by copying.
 */
export async function tryNamespaces(
  commands: NamespaceCommands,
  folder: string,
): Promise<NamespaceTrial> {
  const trial = join(folder, 'trial');
  await mkdir(join(trial, 'root'), { recursive: true });
  try {
    const argv = commands.tryContainer([commands.tools.sh, '-c', trialScript(commands, trial)]);
    const result = await runProgram(argv, {
      env: { PATH: systemPath },
    });
    return result.code === 0
      ? { works: true, overlay: result.stdout.includes('overlay') }
      : { works: false, why: lastLine(result.stderr) };
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

function trialScript({ inUserNamespace }: NamespaceCommands, trial: string): string {
  const options = [
    'lowerdir=/etc',
    `upperdir=${trial}/upper`,
    `workdir=${trial}/work`,
    ...(inUserNamespace ? ['userxattr'] : []),
  ].join(',');
  return [
    'set -e',
    `cd ${quoteWord(trial)}`,
    'mkdir upper work',
    'mount --bind root root; cd root; mkdir usr etc proc',
    `if mount -t overlay -o ${quoteWord(options)} overlay etc 2>/dev/null && : > etc/charmwright-trial; then echo overlay; fi`,
    'mount --rbind /usr usr; mount -o remount,bind,ro usr',
    'for d in bin sbin lib lib64; do',
    '  if [ -L "/$d" ]; then cp -P "/$d" "$d"',
    '  elif [ -d "/$d" ]; then mkdir "$d"; mount --rbind "/$d" "$d"; fi',
    'done',
    'mount -t proc proc proc 2>/dev/null || mount --rbind /proc proc',
    'pivot_root . .; umount -l .; cd /',
    '! test -e /var',
  ].join('\n');
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
