import { readdirSync, readFileSync, readlinkSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { parseMountTable } from './mount-table.ts';
import type { Machine, MachineEntry } from './root-plan.ts';

/** Reads what a root plan needs to know of the machine that we run on. */
export function thisMachine(): Machine {
  return {
    mounts: parseMountTable(readFileSync('/proc/self/mountinfo', 'utf8')),
    list: (directory) =>
      readdirSync(directory, { withFileTypes: true }).map((entry) => describe(directory, entry)),
  };
}

function describe(directory: string, entry: Dirent): MachineEntry {
  const { name } = entry;
  if (entry.isSymbolicLink()) {
    return { name, kind: 'link', target: readlinkSync(join(directory, name)) };
  }
  if (entry.isDirectory()) {
    return { name, kind: 'directory' };
  }
  return { name, kind: entry.isFile() ? 'file' : 'other' };
}
