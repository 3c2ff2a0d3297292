import type { Transaction } from '../transaction.ts';
import { RunFault } from './flags.ts';

/**
 * Refuses a change of the application's secret by a unit that has lost the leadership since the
 * hook began. One that never had it does not know the secret: Juju refuses only when it commits.
 */
export function refuseMinion(transaction: Transaction, id: string): void {
  const owner = transaction.secrets.known(id)?.owner ?? transaction.secrets.created.get(id)?.owner;
  if (owner?.kind === 'application' && !transaction.isLeader()) {
    throw new RunFault('this unit is not the leader');
  }
}
