import { CharmEvent, DeferrableEvent, type EventHistory } from '../../framework/event.ts';
import type { Json } from '../../framework/json.ts';
import { plainRow, type EventRow } from './row.ts';

/** An event that says everything by its name. */
export abstract class LifecycleEvent extends DeferrableEvent {
  snapshot(): Json {
    return null;
  }
}

/** The application's options may have changed; also once before `start`, and after an upgrade. */
export class ConfigChangedEvent extends LifecycleEvent {
  declare readonly kind: 'config-changed';

  constructor(history?: EventHistory) {
    super('config-changed', history);
  }
}

/** The unit begins its life. Once; not again when its pod is replaced. */
export class InstallEvent extends LifecycleEvent {
  declare readonly kind: 'install';

  constructor(history?: EventHistory) {
    super('install', history);
  }
}

/** This unit has become the leader. */
export class LeaderElectedEvent extends LifecycleEvent {
  declare readonly kind: 'leader-elected';

  constructor(history?: EventHistory) {
    super('leader-elected', history);
  }
}

/** Another unit has become the leader, or wrote leader settings. Gone in Juju 4.0. */
export class LeaderSettingsChangedEvent extends LifecycleEvent {
  declare readonly kind: 'leader-settings-changed';

  constructor(history?: EventHistory) {
    super('leader-settings-changed', history);
  }
}

/** The machine's base was upgraded. Machine charms only; gone in Juju 4.0. */
export class PostSeriesUpgradeEvent extends LifecycleEvent {
  declare readonly kind: 'post-series-upgrade';

  constructor(history?: EventHistory) {
    super('post-series-upgrade', history);
  }
}

/** The machine's base is about to be upgraded. Machine charms only; gone in Juju 4.0. */
export class PreSeriesUpgradeEvent extends LifecycleEvent {
  declare readonly kind: 'pre-series-upgrade';

  constructor(history?: EventHistory) {
    super('pre-series-upgrade', history);
  }
}

/** The unit can start its work; also after its pod or machine was restarted. */
export class StartEvent extends LifecycleEvent {
  declare readonly kind: 'start';

  constructor(history?: EventHistory) {
    super('start', history);
  }
}

/** Comes every few minutes while there is nothing else to do. */
export class UpdateStatusEvent extends LifecycleEvent {
  declare readonly kind: 'update-status';

  constructor(history?: EventHistory) {
    super('update-status', history);
  }
}

/** The charm was refreshed, or its pod replaced: files of the pod are gone. */
export class UpgradeCharmEvent extends LifecycleEvent {
  declare readonly kind: 'upgrade-charm';

  constructor(history?: EventHistory) {
    super('upgrade-charm', history);
  }
}

/** An event of a unit that has no later: it cannot be deferred. */
export abstract class FinalEvent extends CharmEvent {
  snapshot(): Json {
    return null;
  }
}

/** The unit is about to be gone for good. The last event. */
export class RemoveEvent extends FinalEvent {
  declare readonly kind: 'remove';

  constructor() {
    super('remove');
  }
}

/** The unit is about to stop: it is removed, or its pod is replaced. */
export class StopEvent extends FinalEvent {
  declare readonly kind: 'stop';

  constructor() {
    super('stop');
  }
}

/** The events that every charm gets. */
export interface LifecycleEvents {
  readonly 'config-changed': ConfigChangedEvent;
  readonly install: InstallEvent;
  readonly 'leader-elected': LeaderElectedEvent;
  readonly 'leader-settings-changed': LeaderSettingsChangedEvent;
  readonly 'post-series-upgrade': PostSeriesUpgradeEvent;
  readonly 'pre-series-upgrade': PreSeriesUpgradeEvent;
  readonly remove: RemoveEvent;
  readonly start: StartEvent;
  readonly stop: StopEvent;
  readonly 'update-status': UpdateStatusEvent;
  readonly 'upgrade-charm': UpgradeCharmEvent;
}

export const lifecycleRows: readonly EventRow<CharmEvent>[] = [
  plainRow('config-changed', (history) => new ConfigChangedEvent(history)),
  plainRow('install', (history) => new InstallEvent(history)),
  plainRow('leader-elected', (history) => new LeaderElectedEvent(history)),
  plainRow('leader-settings-changed', (history) => new LeaderSettingsChangedEvent(history)),
  plainRow('post-series-upgrade', (history) => new PostSeriesUpgradeEvent(history)),
  plainRow('pre-series-upgrade', (history) => new PreSeriesUpgradeEvent(history)),
  plainRow('remove', () => new RemoveEvent()),
  plainRow('start', (history) => new StartEvent(history)),
  plainRow('stop', () => new StopEvent()),
  plainRow('update-status', (history) => new UpdateStatusEvent(history)),
  plainRow('upgrade-charm', (history) => new UpgradeCharmEvent(history)),
];
