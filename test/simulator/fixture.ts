import type { CharmMeta } from '../../src/charm/metadata.ts';
import { ManualClock } from '../../src/simulator/clock.ts';
import { hookName, type Hook } from '../../src/simulator/hook.ts';
import type { HookRun } from '../../src/simulator/hook-run.ts';
import type { SimulatedJujuOptions } from '../../src/simulator/new-model.ts';
import { SimulatedJuju } from '../../src/simulator/simulated-juju.ts';
import type { SimulatedUnit } from '../../src/simulator/simulated-unit.ts';

/** A charm with one endpoint of each role, a container, and options of each type. */
export const meta: CharmMeta = {
  name: 'proxy',
  containers: { web: {} },
  peers: { cluster: { interface: 'proxy_peers' } },
  requires: { db: { interface: 'sql' } },
  provides: { site: { interface: 'http' } },
  storage: {},
  resources: {},
  options: {
    port: { type: 'int', default: 80 },
    host: { type: 'string' },
    ratio: { type: 'float', default: 0.5 },
    debug: { type: 'boolean', default: false },
  },
  actions: {},
};

export interface Fixture {
  readonly juju: SimulatedJuju;
  readonly clock: ManualClock;
  readonly unit: SimulatedUnit;
}

/** A model with one unit of the charm, `proxy/0`, at 10.1.0.1. */
export function fixture(options: SimulatedJujuOptions = {}, charm: CharmMeta = meta): Fixture {
  const clock = new ManualClock();
  const juju = new SimulatedJuju({ clock, ...options });
  const unit = juju.addApplication('proxy', charm).addUnit({ address: '10.1.0.1' });
  return { juju, clock, unit };
}

/** Runs the next hook to its end with a charm that does what the function does, or nothing. */
export function step(unit: SimulatedUnit, charm?: (run: HookRun) => void): Hook | undefined {
  const hook = unit.nextHook();
  if (hook === undefined) return undefined;
  const run = unit.begin(hook);
  charm?.(run);
  run.commit();
  return hook;
}

/** Runs hooks until there is none, and returns their names. */
export function settle(unit: SimulatedUnit, charm?: (run: HookRun) => void): string[] {
  const names: string[] = [];
  for (let hook = step(unit, charm); hook !== undefined; hook = step(unit, charm)) {
    names.push(hookName(hook));
    if (names.length > 200) throw new Error(`hooks never end: ${names.slice(-10).join(' ')}`);
  }
  return names;
}

/** Runs the hooks of all units in turns until none has any left. */
export function settleAll(units: readonly SimulatedUnit[]): void {
  while (units.some((unit) => settle(unit).length > 0));
}
