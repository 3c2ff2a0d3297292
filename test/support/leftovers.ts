import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What a deployment has left on the machine. */
export interface Leftovers {
  /** Processes that name the folder, or live in a mount namespace that shows it. */
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly interfaces: readonly string[];
  readonly folder: boolean;
}

/** Network interfaces that are there now. */
export function networkInterfaces(): string[] {
  return existsSync('/sys/class/net') ? readdirSync('/sys/class/net').sort() : [];
}

/** Looks for what a deployment in this folder has left. */
export function leftoversOf(folder: string, interfacesBefore: readonly string[]): Leftovers {
  const mounts = textOf('/proc/self/mountinfo').split('\n');
  return {
    processes: processIds().filter((pid) => belongsTo(pid, folder)),
    mounts: mounts.filter((line) => line.includes(folder)),
    interfaces: networkInterfaces().filter((name) => !interfacesBefore.includes(name)),
    folder: existsSync(folder),
  };
}

function processIds(): string[] {
  const names = existsSync('/proc') ? readdirSync('/proc') : [];
  return names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
}

function belongsTo(pid: string, folder: string): boolean {
  return ['cmdline', 'mountinfo'].some((name) => textOf(`/proc/${pid}/${name}`).includes(folder));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
