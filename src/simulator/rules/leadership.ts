import type { ModelState } from '../state/model-state.ts';
import type { UnitState } from '../state/unit-state.ts';

/** Whether the unit holds its application's leadership at this moment. */
export function isLeader(model: ModelState, unit: UnitState): boolean {
  return model.applications.get(unit.app)?.leader === unit.name;
}

/** Takes the leadership from a unit that goes; another one takes it where units elect themselves. */
export function passOnLeadership(model: ModelState, unit: UnitState): void {
  if (!isLeader(model, unit)) return;
  const application = model.applications.get(unit.app);
  const heirs = [...(application?.units.values() ?? [])].filter(
    (each) => each !== unit && each.charmed && each.life === 'alive',
  );
  const heir = application?.election === 'automatic' ? heirs[0]?.name : undefined;
  moveLeadership(model, unit.app, heir);
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
