import type { Charm } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { CharmedUnit } from '../charmed-unit.ts';
import type { Act } from './act.ts';
import type { Crew } from './crew.ts';
import type { PodStep } from './step.ts';

/** What a step does to a unit's pod now, or undefined where nothing would come of it. */
export function podAct<M extends CharmMeta, C extends Charm<M>>(
  crew: Crew<M, C>,
  charmed: CharmedUnit<M, C>,
  step: PodStep,
): Act | undefined {
  const { unit } = charmed;
  switch (step.step) {
    case 'container-up':
      if (charmed.container(step.container).canConnect) return undefined;
      return () => {
        charmed.bootContainer(step.container);
      };
    case 'container-down': {
      const container = charmed.container(step.container);
      if (!container.canConnect) return undefined;
      return async () => {
        container.setReachable(false);
        unit.containerStopped(step.container);
        await container.restart();
      };
    }
    case 'container-restart': {
      const container = charmed.container(step.container);
      if (!container.canConnect) return undefined;
      return async () => {
        await container.restart();
        charmed.bootContainer(step.container);
      };
    }
    case 'pod-stop':
      if (!unit.started) return undefined;
      return () => {
        unit.podStopping();
      };
    case 'pod-replace':
      return () => crew.replacePod(charmed);
    case 'agent-restart':
      if (unit.awaitsPod) return undefined;
      return () => {
        unit.agentRestarted();
      };
    default:
      return step satisfies never;
  }
}
