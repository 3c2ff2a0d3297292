import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tools = [
  'config-get',
  'is-leader',
  'juju-log',
  'relation-ids',
  'state-get',
  'state-set',
  'status-set',
];

/** Hook tools as shell scripts: they note how they were called and print what a test wants. */
export class HookToolScripts {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    const calls = join(folder, 'calls');
    writeFileSync(calls, '');
    for (const tool of tools) {
      const path = join(folder, tool);
      const answer = join(folder, `${tool}.json`);
      writeFileSync(
        path,
        `#!/bin/sh\nprintf '%s\\n' "${tool} $*" >>'${calls}'\n[ ! -f '${answer}' ] || cat '${answer}'\n`,
      );
      chmodSync(path, 0o755);
    }
  }

  /** Has a tool print a value as JSON from now on. */
  answer(tool: string, value: unknown): void {
    writeFileSync(join(this.folder, `${tool}.json`), `${JSON.stringify(value)}\n`);
  }

  /** The lines that were noted so far. A message of several lines takes as many. */
  get calls(): string[] {
    const noted = readFileSync(join(this.folder, 'calls'), 'utf8').trimEnd();
    return noted === '' ? [] : noted.split('\n');
  }
}
