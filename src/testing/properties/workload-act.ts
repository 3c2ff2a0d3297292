import type { Charm } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { CharmedUnit } from '../charmed-unit.ts';
import type { Act } from './act.ts';
import type { WorkloadStep } from './step.ts';

/** What a workload tells its Pebble now, or undefined where there is none, or no such check. */
export async function workloadAct<M extends CharmMeta, C extends Charm<M>>(
  charmed: CharmedUnit<M, C>,
  step: WorkloadStep,
): Promise<Act | undefined> {
  const container = charmed.container(step.container);
  if (!container.canConnect || charmed.unit.awaitsPod) return undefined;
  switch (step.step) {
    case 'notice':
      return async () => {
        await container.pebble.notify(step.key, { data: step.data });
      };
    case 'check-down':
    case 'check-up': {
      const [check] = await container.pebble.checks({ names: [step.check] });
      const [from, change] =
        step.step === 'check-down'
          ? (['up', () => container.failCheck(step.check)] as const)
          : (['down', () => container.recoverCheck(step.check)] as const);
      if (check?.status !== from) return undefined;
      return async () => {
        await change();
      };
    }
    default:
      return step satisfies never;
  }
}
