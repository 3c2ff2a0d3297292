import type { Pooler } from './pooler.ts';

/** Has Juju open the port on which the poolers listen, and close the one before it. */
export async function exposePort(pooler: Pooler, port: number): Promise<void> {
  const opened = await pooler.unit.openedPorts();
  for (const other of opened.filter((one) => one.protocol === 'tcp' && one.port !== port)) {
    await pooler.unit.closePort(other.port);
  }
  if (!opened.some((one) => one.protocol === 'tcp' && one.port === port)) {
    await pooler.unit.openPort(port);
  }
}
