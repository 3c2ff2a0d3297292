import type { ApplicationState, ModelState } from '../state/model-state.ts';
import type { PodSpec } from '../state/pod-spec.ts';
import type { UnitState } from '../state/unit-state.ts';
import { isLeader } from './leadership.ts';

/** Why Juju's controller would not take an application's pod spec, in its words. */
export function podSpecRefusal(
  model: ModelState,
  application: ApplicationState,
  unit: UnitState,
  { form }: PodSpec,
): string | undefined {
  // The flag is one of the controller's configuration, and off.
  if (form === 'raw') return 'feature flag "raw-k8s-spec" is required for setting raw k8s spec';
  if (model.type === 'iaas') return 'called CAASModel() on a non-CAAS Model not supported';
  if (!isLeader(model, unit)) return `cannot set pod spec of "${application.name}": not the leader`;
  return undefined;
}
