import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** What still runs, or is mounted, on account of a deployment. */
export interface Leftovers {
  /** Command lines of processes that name the folder or live in its network. */
  readonly processes: readonly string[];
  /** Mounts of any process that come from the folder. */
  readonly mounts: readonly string[];
}

/** Looks through every process of the machine. Linux only; elsewhere nothing is found. */
export function findLeftovers(folder: string, networkNamespace?: string): Leftovers {
  const processes = new Set<string>();
  const mounts = new Set<string>();
  for (const pid of tryRead(() => readdirSync('/proc'), []).filter((name) => /^\d+$/.test(name))) {
    const commandLine = tryRead(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '');
    const network = tryRead(() => readlinkSync(`/proc/${pid}/ns/net`), '');
    const isOurs = pid === String(process.pid);
    if (!isOurs && (commandLine.includes(folder) || network === networkNamespace)) {
      processes.add(`${pid} ${commandLine.replaceAll('\0', ' ')}`);
    }
    tryRead(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8'), '')
      .split('\n')
      .filter((line) => line.includes(folder))
      .forEach((line) => mounts.add(line));
  }
  return { processes: [...processes], mounts: [...mounts] };
}

/** Waits until nothing is left, or the time is up. @returns what is left then. */
export async function leftoversAfter(
  timeout: number,
  folder: string,
  networkNamespace?: string,
): Promise<Leftovers> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const left = findLeftovers(folder, networkNamespace);
    if ((left.processes.length === 0 && left.mounts.length === 0) || Date.now() > deadline) {
      return left;
    }
    await delay(50);
  }
}

/** A process can end, or be closed to us, while it is looked at. */
function tryRead<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
