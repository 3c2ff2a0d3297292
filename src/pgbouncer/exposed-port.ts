import type { Pooler } from './pooler.ts';

/**
 * Has Juju open the port on which the poolers listen, and close the one before it.
 *
 * Which port that is, is remembered together with what else the hook did, so that a hook that fails
 * later has its successor ask again, and no other does.
 */
export async function exposePort(pooler: Pooler, port: number): Promise<void> {
  if (pooler.exposedPort.value === port) {
    return;
  }
  const opened = (await pooler.unit.openedPorts()).flatMap((one) =>
    one.protocol === 'tcp' ? [one.port] : [],
  );
  for (const other of opened.filter((one) => one !== port)) {
    await pooler.unit.closePort(other);
  }
  if (!opened.includes(port)) {
    await pooler.unit.openPort(port);
  }
  pooler.exposedPort.value = port;
}
