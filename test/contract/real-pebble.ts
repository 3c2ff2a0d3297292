import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import type { PebbleImplementation } from './pebble/implementation.ts';
import { startDaemon } from './start-daemon.ts';

/** Where Pebble is installed, if it is. */
function findPebble(): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, 'pebble'));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The daemon that containers of Juju run. */
export function realPebble(): PebbleImplementation {
  const program = findPebble();
  return {
    name: 'the real daemon',
    missing: program === undefined ? 'pebble is not on PATH' : undefined,
    start: async () =>
      await startDaemon((base, socketPath) => ({
        command: program ?? 'pebble',
        args: ['run', '--create-dirs', '--hold'],
        env: { PEBBLE: join(base, 'pebble'), PEBBLE_SOCKET: socketPath, PEBBLE_PERSIST: 'never' },
      })),
  };
}
