import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { LocalEvent } from './local-event.ts';
import type { Pod } from './pod/pod.ts';

/** Milliseconds before each try to start a container again. */
const waits = [0, 500, 1_000];

/** The deployment around a pod. */
interface Surroundings {
  readonly stopped: AbortSignal;
  /** Does work between hooks, while the pod is the unit's. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  readonly tell: (event: LocalEvent) => void;
}

/**
 * Has containers that die in a pod started again, as Kubernetes does. One that does not come up at
 * once gets two more chances.
 */
export function reviveContainers(pod: Pod, { stopped, alone, tell }: Surroundings): void {
  const died = (container: string, account: string): void => {
    tell({ type: 'container-died', at: new Date(), container, account });
  };
  const revive = async (container: string): Promise<void> => {
    for (const wait of waits) {
      await delay(wait, undefined, { signal: stopped }).catch(() => undefined);
      if (stopped.aborted) return;
      try {
        await pod.restartContainer(container);
        return;
      } catch (error) {
        died(container, messageOf(error));
      }
    }
  };
  pod.onContainerDeath((container, account) => {
    died(container, account);
    void alone(() => revive(container));
  });
}
