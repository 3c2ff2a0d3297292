import type { Pooler } from '../pooler.ts';
import { readBackend } from './backend.ts';
import { printEndpoint } from './endpoint.ts';
import { hostnameOf, peerHostnames } from './peers.ts';

/** What clients need to know to find the poolers. */
export interface Whereabouts {
  readonly leader: string;
  /** The other units. */
  readonly others: readonly string[];
  readonly port: number;
  /** PostgreSQL's version, when it is known. */
  readonly version?: string | undefined;
}

/** What every client's databag shall say; a key without a value is to be removed. */
export function connectionInfo(
  where: Whereabouts,
): Readonly<Record<'endpoints' | 'read-only-endpoints' | 'version', string | undefined>> {
  const { leader, others, port, version } = where;
  const standby = others.map((host) => printEndpoint({ host, port })).join(',');
  return {
    endpoints: printEndpoint({ host: leader, port }),
    'read-only-endpoints': standby === '' ? undefined : standby,
    version,
  };
}

/**
 * Has the leader tell all clients where the poolers are. Without a backend nothing is told, as
 * nothing could be served. Never touches the unit's status.
 */
export async function refreshClients(pooler: Pooler, port: number): Promise<void> {
  const clients = await pooler.model.relations('database');
  if (clients.length === 0 || !(await pooler.unit.isLeader())) {
    return;
  }
  const backend = await readBackend(pooler);
  if (backend.kind !== 'complete') {
    return;
  }
  const info = connectionInfo({
    leader: hostnameOf(pooler),
    others: await peerHostnames(pooler),
    port,
    version: backend.version,
  });
  for (const relation of clients) {
    await relation.data(pooler.app).set(info);
  }
}
