import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { realPebble } from '../../contract/real-pebble.ts';
import { supervisor } from '../../contract/supervisor.ts';

/** A Pebble of one twin's container `web`. */
export interface TwinPebble {
  /** What the twin's hooks need to find it, and a folder for its files. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a Pebble for each twin: Canonical's where it is installed, or else that of the local Juju.
 *
 * @param folder for the containers' sockets
 */
export async function startPebbles(folder: string): Promise<readonly TwinPebble[]> {
  const implementation = [realPebble(), supervisor()].find(({ missing }) => missing === undefined);
  if (implementation === undefined) throw new Error('there is no Pebble; run `npm run build`');
  return await Promise.all(
    ['charmwright', 'ops'].map(async (twin) => {
      const { socketPath, dir, stop } = await implementation.start();
      const containers = join(folder, `containers-of-${twin}`);
      mkdirSync(join(containers, 'web'), { recursive: true });
      symlinkSync(socketPath, join(containers, 'web', 'pebble.socket'));
      return { env: { CHARMWRIGHT_CONTAINERS_DIR: containers, TWIN_FOLDER: dir }, stop };
    }),
  );
}
