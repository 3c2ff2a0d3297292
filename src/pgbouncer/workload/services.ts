import { isRunning, type Layer, type ServiceInfo } from 'charmwright/pebble';

import type { Pooler } from '../pooler.ts';
import type { PoolerService } from '../verdict.ts';
import { instanceIniFile, instanceOf, owner, serviceName } from './paths.ts';

/** The names of the services that a unit with so many processes shall run. */
export function wantedServices(instances: number): readonly string[] {
  return Array.from({ length: instances }, (_, instance) => serviceName(instance));
}

/**
 * Pebble's layer: one service a process, started with Pebble. A service of an earlier plan that is
 * not wanted any more stays in the plan, which cannot forget, but is not started.
 */
export function poolerLayer(instances: number, planned: readonly string[]): Layer {
  const surplus = planned.filter((name) => (instanceOf(name) ?? -1) >= instances);
  return {
    summary: 'pgbouncer layer',
    description: 'pebble config layer for pgbouncer',
    services: Object.fromEntries(
      [...wantedServices(instances), ...surplus].map((name) => {
        const instance = instanceOf(name) ?? 0;
        return [
          name,
          {
            override: 'replace' as const,
            summary: `pgbouncer service ${instance}`,
            command: `pgbouncer ${instanceIniFile(instance)}`,
            startup: surplus.includes(name) ? ('disabled' as const) : ('enabled' as const),
            user: owner,
            group: owner,
          },
        ];
      }),
    ),
  };
}

/** PgBouncer's services as the plan has them, also those that are not wanted any more. */
export async function plannedServices(pooler: Pooler): Promise<readonly ServiceInfo[]> {
  const services = await pooler.unit.container('pgbouncer').services();
  return services.filter(({ name }) => instanceOf(name) !== undefined);
}

/** The names of PgBouncer's services that run now. */
export async function runningServices(pooler: Pooler): Promise<readonly string[]> {
  const services = await plannedServices(pooler);
  return services.filter(isRunning).map(({ name }) => name);
}

/** What became of each process that the unit shall run. */
export async function poolerServices(pooler: Pooler): Promise<readonly PoolerService[]> {
  const planned = await plannedServices(pooler);
  return wantedServices(pooler.machine.instances()).map((name) => ({
    name,
    state: planned.find((service) => service.name === name)?.current ?? 'not planned',
  }));
}
