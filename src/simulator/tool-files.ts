import { readFileSync, writeFileSync } from 'node:fs';

/** How the agent reads and writes the files that a hook tool's arguments name. */
export interface ToolFiles {
  read(path: string): string;
  write(path: string, text: string): void;
}

/** The file system of this machine. */
export const machineFiles: ToolFiles = {
  read: (path) => readFileSync(path, 'utf8'),
  write: (path, text) => {
    writeFileSync(path, text);
  },
};
