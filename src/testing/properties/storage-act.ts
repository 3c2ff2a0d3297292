import type { SimulatedJuju } from '../../simulator/simulated-juju.ts';
import type { SimulatedUnit } from '../../simulator/simulated-unit.ts';
import type { Act } from './act.ts';
import type { StorageStep } from './step.ts';

/**
 * What a step does to storage now, or undefined where there is no such instance. That a unit has too
 * many or too few is for Juju to refuse.
 */
export function storageAct(
  juju: SimulatedJuju,
  unitOf: (name: string) => SimulatedUnit | undefined,
  step: StorageStep,
): Act | undefined {
  const of = juju.storage.filter(({ name }) => name === step.storage);
  if (step.step === 'storage-remove') {
    const [instance] = of;
    return instance && (() => juju.removeStorage(instance.id));
  }
  const unit = unitOf(step.unit);
  if (unit === undefined) return undefined;
  switch (step.step) {
    case 'storage-add':
      return () => {
        unit.addStorage(step.storage);
      };
    case 'storage-detach': {
      const held = unit.storage.find(({ name, attached }) => name === step.storage && attached);
      return held && (() => unit.detachStorage(held.id));
    }
    case 'storage-attach': {
      const free = of.find((instance) => instance.unit === undefined);
      return free && (() => unit.attachStorage(free.id));
    }
    default:
      return step satisfies never;
  }
}
