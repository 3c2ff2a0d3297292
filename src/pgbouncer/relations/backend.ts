import type { Relation } from 'charmwright';

import type { Pooler } from '../pooler.ts';
import { readBackendData, requestedDatabase, type BackendReading } from './backend-data.ts';

const endpoint = 'backend-database';

/**
 * The relation with the backend; the newest one when a backend was related anew before Juju is done
 * with breaking the relation before.
 */
async function backendRelation(pooler: Pooler): Promise<Relation | undefined> {
  const relations = await pooler.model.relations(endpoint);
  return relations.toSorted((a, b) => a.id - b.id).at(-1);
}

/** What this unit sees of its backend. The databag is read and checked once in a dispatch. */
export async function readBackend(pooler: Pooler): Promise<BackendReading> {
  return await pooler.backend.get(async () => {
    const relation = await backendRelation(pooler);
    if (relation === undefined) {
      return { kind: 'absent' };
    }
    const bag = await relation.data(await relation.remoteApp()).all();
    const reading = readBackendData(bag);
    if (reading.kind === 'unusable') {
      pooler.logger.warn(
        `backend database is not usable yet: in its data, ${reading.problems.join('; ')}`,
      );
    }
    return reading;
  });
}

/** Has the leader ask the backend for a database. Asking again changes nothing. */
export async function requestDatabase(pooler: Pooler): Promise<void> {
  const relation = await backendRelation(pooler);
  if (relation !== undefined && (await pooler.unit.isLeader())) {
    await relation.data(pooler.app).set({ database: requestedDatabase });
  }
}

/** Whether a server answers at the backend's endpoints. Asked once in a dispatch. */
export async function backendAnswers(pooler: Pooler): Promise<boolean> {
  return await pooler.backendAnswers.get(async () => {
    const backend = await readBackend(pooler);
    if (backend.kind !== 'complete') {
      return false;
    }
    const { hosts, port } = backend;
    const answers = await Promise.all(hosts.map((host) => pooler.machine.answers({ host, port })));
    return answers.includes(true);
  });
}
