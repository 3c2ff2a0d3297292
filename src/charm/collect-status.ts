import type { Framework } from '../framework/framework.ts';
import type { Model } from '../model/model.ts';
import {
  CollectAppStatusEvent,
  CollectUnitStatusEvent,
  type CollectStatusSources,
} from './events/collect-status.ts';
import type { CharmMeta } from './metadata.ts';

/**
 * Has the charm tell its statuses and shows the most urgent one, first the application's and then
 * the unit's. Asks nothing of Juju for an event that nobody observes. Juju is sent the status rather
 * than asked for it first, which would cost as much.
 */
export async function collectStatus<M extends CharmMeta>(
  framework: Framework,
  { app, unit }: CollectStatusSources,
  model: Model<M>,
): Promise<void> {
  if (app.isObserved && (await model.unit.isLeader())) {
    const event = new CollectAppStatusEvent();
    await framework.emit(app, event);
    if (event.result !== undefined) await model.app.setStatus(event.result);
  }
  if (unit.isObserved) {
    const event = new CollectUnitStatusEvent();
    await framework.emit(unit, event);
    if (event.result !== undefined) await model.unit.setStatus(event.result);
  }
}
