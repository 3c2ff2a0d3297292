import { join, resolve } from 'node:path';

import type { PebbleImplementation } from './pebble/implementation.ts';
import { startDaemon } from './real-pebble.ts';

const program = resolve(import.meta.dirname, '../../dist/local/supervisor/daemon.js');

/** The daemon of the local Juju, compiled. */
export function supervisor(): PebbleImplementation {
  return {
    name: 'the supervisor',
    start: async () =>
      await startDaemon((base, socketPath) => ({
        command: process.execPath,
        args: [program, '--socket', socketPath, '--layers', join(base, 'layers'), '--hold'],
      })),
  };
}
