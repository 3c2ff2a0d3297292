import { endpointsOf } from '../simulator/charm-definition.ts';
import type { SimulatedApplication } from '../simulator/simulated-application.ts';
import type { SimulatedJuju } from '../simulator/simulated-juju.ts';
import type { SimulatedRelation } from '../simulator/simulated-relation.ts';
import { HarnessStateError, NotDeclaredError } from './errors.ts';
import { relationFor } from './event-hook.ts';
import type { BagChanges } from './relation-setup.ts';

/**
 * Relates an endpoint to an application, which is added if need be. A peer relation is there already.
 *
 * @throws {NotDeclaredError} when the charm has no such endpoint
 * @throws {HarnessStateError} when a peer relation is asked for with another application
 */
export function newRelation(
  juju: SimulatedJuju,
  app: SimulatedApplication,
  endpoint: string,
  remoteApp: string,
): SimulatedRelation {
  const endpoints = app.charm === undefined ? undefined : endpointsOf(app.charm);
  const definition = endpoints?.get(endpoint);
  if (definition === undefined) {
    throw new NotDeclaredError('endpoint', endpoint, [...(endpoints?.keys() ?? [])]);
  }
  if (definition.role === 'peer') {
    if (remoteApp !== app.name) {
      throw new HarnessStateError(
        `cannot relate ${endpoint} to ${remoteApp}: peers are units of ${app.name} itself. Give that name.`,
      );
    }
    return relationFor({ juju, app: app.name }, endpoint);
  }
  if (!juju.applications.some(({ name }) => name === remoteApp)) {
    juju.addRemoteApplication(remoteApp);
  }
  return juju.relate(`${app.name}:${endpoint}`, `${remoteApp}:${endpoint}`);
}

/**
 * Adds a unit that a script plays, unless it is there, and writes its data.
 *
 * @throws {HarnessStateError} when it is not named as a unit is
 */
export function newRemoteUnit(
  juju: SimulatedJuju,
  relationId: number,
  unit: string,
  data: BagChanges,
): void {
  const [app = unit, number = ''] = unit.split('/', 2);
  if (!/^\d+$/.test(number)) {
    throw new HarnessStateError(
      `cannot add the unit ${unit}: a unit's name is <application>/<number>. Write ${app}/0.`,
    );
  }
  const application = juju.application(app);
  if (!application.units.some(({ name }) => name === unit)) {
    application.addUnit({ number: Number(number), scripted: true });
  }
  juju.relation(relationId).update(unit, data);
}
