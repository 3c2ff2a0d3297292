import { endpointsOf } from './charm-definition.ts';
import { viewOf } from './resolver/relation-hooks.ts';
import { commitSecrets, SecretCommitFault } from './rules/commit-secrets.ts';
import { isAppBag } from './rules/databag-access.ts';
import { exceedsQuota } from './rules/databag-quota.ts';
import { isLeader } from './rules/leadership.ts';
import { changedPorts } from './rules/open-ports.ts';
import { podSpecRefusal } from './rules/pod-spec.ts';
import { exceedsStateQuota } from './rules/state-quota.ts';
import { addStorage, addStorageRefusal } from './rules/storage.ts';
import { isJuju4, type ApplicationState } from './state/model-state.ts';
import { isPeer, unitBag } from './state/relation-state.ts';
import type { Transaction } from './transaction.ts';

/**
 * Why Juju's controller does not take what a hook gathered. Before Juju 4 secrets leave first, and
 * stay even when the rest is refused afterwards.
 */
export function refusedWrites(transaction: Transaction): string | undefined {
  return isJuju4(transaction.model)
    ? (refusal(transaction) ?? secretsRefusal(transaction))
    : (secretsRefusal(transaction) ?? refusal(transaction));
}

/** Brings what a hook gathered, secrets aside, into the model. */
export function applyWrites(transaction: Transaction): void {
  const { model, application, unit, stateChanges, storageAdds, portChanges } = transaction;
  for (const { bag, changes } of transaction.bagWrites()) {
    const databag = isAppBag(bag) ? bag.side.appBag : unitBag(bag.side, bag.owner);
    if (!databag.apply(changes)) continue;
    if (isAppBag(bag) && isPeer(bag.relation)) {
      // Among peers the leader's own bag is also the one that it watches.
      viewOf(unit, bag.relation.id).appVersionSeen = databag.version;
    }
    const at = model.clock.now();
    model.emit({ type: 'databag', at, relationId: bag.relation.id, owner: bag.owner });
  }
  for (const [key, value] of stateChanges) {
    if (value === undefined) unit.storedState.delete(key);
    else unit.storedState.set(key, value);
  }
  for (const [name, count] of storageAdds) addStorage(model, application, unit, name, count);
  application.podSpec = transaction.podSpec ?? application.podSpec;
  if (portChanges.length === 0) return;
  const ports = changedPorts(unit.ports, portChanges, endpointNames(application));
  unit.ports.clear();
  for (const [port, endpoints] of ports) unit.ports.set(port, endpoints);
}

function endpointNames({ charm }: ApplicationState): string[] {
  return charm === undefined ? [] : [...endpointsOf(charm).keys()];
}

function refusal(transaction: Transaction): string | undefined {
  const { model, application, unit, stateChanges, storageAdds, portChanges, podSpec } = transaction;
  const writes = [...transaction.bagWrites()];
  if (writes.some(({ bag }) => isAppBag(bag)) && !isLeader(model, unit)) {
    return `cannot write settings of application "${unit.app}": not the leader`;
  }
  const tooBig = writes.find(({ bag, changes }) => exceedsQuota(bag, changes));
  if (tooBig !== undefined) {
    const { owner, relation } = tooBig.bag;
    return `settings of ${owner} in relation ${relation.id} exceed 16 MiB`;
  }
  if (exceedsStateQuota(unit.storedState, stateChanges))
    return `state of ${unit.name} exceeds 2 MiB`;
  const known = portChanges.length === 0 ? [] : ['', ...endpointNames(application)];
  const stray = portChanges.find(({ endpoint }) => !known.includes(endpoint));
  if (stray !== undefined) {
    return `cannot open or close ${stray.port}: endpoint ${JSON.stringify(stray.endpoint)} not found`;
  }
  const refusedSpec = podSpec && podSpecRefusal(model, application, unit, podSpec);
  if (refusedSpec !== undefined) return refusedSpec;
  for (const [name, count] of storageAdds) {
    const refused = addStorageRefusal(application, unit, name, count);
    if (refused !== undefined) return `adding storage ${name} for ${unit.name}: ${refused}`;
  }
  return undefined;
}

function secretsRefusal({ model, unit, secrets }: Transaction): string | undefined {
  try {
    commitSecrets(model, unit, secrets);
    return undefined;
  } catch (error) {
    if (error instanceof SecretCommitFault) return error.message;
    throw error;
  }
}
