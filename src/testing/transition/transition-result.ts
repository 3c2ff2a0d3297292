import type { CharmMeta } from '../../charm/metadata.ts';
import type { ActionReport } from '../../simulator/action.ts';
import type { RunResult } from '../run-result.ts';
import type { ContainerName } from '../names.ts';
import type { State, StateStatus } from '../state/state.ts';
import type { ContainerActivity } from './container-activity.ts';

/** An event on its way to one handler. */
export interface DeliveredEvent {
  /** Such as `config-changed`, or the name of an event of the charm's own. */
  readonly kind: string;
  readonly observer: string;
  readonly handler: string;
  /** 0 for a new event; n when it is re-emitted for the n-th time. */
  readonly attempts: number;
}

/** What one event made of a state, and all that happened on the way. Nothing is kept between runs. */
export interface TransitionResult<M extends CharmMeta = CharmMeta> extends RunResult {
  /**
   * The state afterwards. After a hook that failed it is the state before, but for what Juju takes
   * at once: statuses, the workload's version, what secrets the unit reads; and for the containers.
   */
  readonly state: State<M>;
  /** Each event that a handler got, in order: re-emissions, the event, and those of the charm's own. */
  readonly delivered: readonly DeliveredEvent[];
  /**
   * The kind of each event that came about, in order, also of those that nobody observes. What is
   * re-emitted came about earlier: it is in {@link delivered}.
   */
  readonly emitted: readonly string[];
  /** Every status that the unit was given in the run, in order; those that Juju sets among them. */
  readonly unitStatuses: readonly StateStatus[];
  /** Every status that the leader gave the application in the run, in order. */
  readonly appStatuses: readonly StateStatus[];
  /** Every version of the workload that the charm reported in the run, in order. */
  readonly workloadVersions: readonly string[];
  /** What the run did in each container: requests, processes, signals, executed commands. */
  readonly workload: { readonly [K in ContainerName<M>]: ContainerActivity };
  /** What an action has answered; also when it said that it failed. */
  readonly action?: ActionReport;
  /** What is odd about the state or the event, though Juju could produce it. */
  readonly warnings: readonly string[];
}
