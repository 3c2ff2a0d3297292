import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { PebbleImplementation } from './pebble/implementation.ts';
import { startDaemon } from './start-daemon.ts';

const program = fileURLToPath(new URL('../../dist/local/supervisor/daemon.js', import.meta.url));

/** The daemon of the local Juju, as its build made it. */
export function supervisor(): PebbleImplementation {
  return {
    name: "the local Juju's supervisor",
    lacks: ['terminals'],
    missing: existsSync(program) ? undefined : 'it is not built',
    start: async () =>
      await startDaemon((base, socketPath) => ({
        command: process.execPath,
        args: [program, '--socket', socketPath, '--layers', join(base, 'layers'), '--hold'],
      })),
  };
}
