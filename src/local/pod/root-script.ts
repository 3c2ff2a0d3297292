import type { RootAct } from './root-plan.ts';

/** Quotes a word for a POSIX shell. */
export function quoteWord(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export interface RootScriptOptions {
  /** An empty directory that becomes the root directory. */
  readonly root: string;
  /** Whether the script runs in a user namespace, where overlays keep their notes in other names. */
  readonly inUserNamespace: boolean;
}

/**
 * The shell lines that carry out a plan in a new mount namespace and make the result the root
 * directory. They must run as the first process of a new process namespace.
 */
export function rootScript(acts: readonly RootAct[], options: RootScriptOptions): string {
  const root = quoteWord(options.root);
  return [
    'set -e',
    'umask 022',
    `mount --bind ${root} ${root}`,
    `cd ${root}`,
    ...acts.map((act) => actLine(act, options)),
    'mkdir -p proc',
    'mount -t proc -o nosuid,nodev,noexec proc proc 2>/dev/null || mount --rbind /proc proc',
    'pivot_root . .',
    'umount -l .',
    'cd /',
  ].join('\n');
}

function actLine(act: RootAct, { inUserNamespace }: RootScriptOptions): string {
  const at = quoteWord(`.${act.path}`);
  switch (act.act) {
    case 'directory':
      return `mkdir -p ${at}${act.mode === undefined ? '' : `; chmod ${act.mode} ${at}`}`;
    case 'empty-file':
      return `: > ${at}`;
    case 'link':
      return `ln -s ${quoteWord(act.target)} ${at}`;
    case 'overlay': {
      const upper = quoteWord(act.upper);
      const work = quoteWord(act.work);
      const overlay = [
        `lowerdir=${escapeOverlayPath(act.path)}`,
        `upperdir=${escapeOverlayPath(act.upper)}`,
        `workdir=${escapeOverlayPath(act.work)}`,
        ...(inUserNamespace ? ['userxattr'] : []),
      ].join(',');
      return [
        `mkdir -p ${upper} ${work}`,
        `if ! mount -t overlay -o ${quoteWord(overlay)} overlay ${at} 2>/dev/null; then`,
        `  mount --rbind ${quoteWord(act.path)} ${at}`,
        `  ${remount(at, act.flags)}`,
        'fi',
      ].join('\n');
    }
    case 'bind':
      return forgiving(`mount --rbind ${quoteWord(act.source)} ${at}`, act.optional);
    case 'read-only':
      return forgiving(remount(at, act.flags), act.optional);
    default: {
      const source = quoteWord(act.source);
      return `cp --remove-destination ${source} ${at} 2>/dev/null || ! test -e ${at} || mount --bind ${source} ${at}`;
    }
  }
}

function remount(at: string, flags: readonly string[]): string {
  return `mount -o ${['remount', 'bind', 'ro', ...flags].join(',')} ${at}`;
}

function forgiving(line: string, optional: boolean | undefined): string {
  return optional === true ? `${line} 2>/dev/null || :` : line;
}

function escapeOverlayPath(path: string): string {
  return path.replaceAll(/[\\,:]/g, String.raw`\$&`);
}
