import type { ModelState } from '../state/model-state.ts';
import type { UnitState } from '../state/unit-state.ts';

/** Whether the unit holds its application's leadership at this moment. */
export function isLeader(model: ModelState, unit: UnitState): boolean {
  return model.applications.get(unit.app)?.leader === unit.name;
}

/**
 * Gives the leadership to a unit, or to nobody. The unit that loses it gets no hook; it may be
 * elected again later and is then told again.
 */
export function moveLeadership(model: ModelState, app: string, to: string | undefined): void {
  const application = model.applications.get(app);
  if (application === undefined || application.leader === to) return;
  const former = application.units.get(application.leader ?? '');
  if (former !== undefined) former.leaderAccepted = false;
  application.leader = to;
  model.emit({ type: 'leader', at: model.clock.now(), application: app, unit: to });
}
