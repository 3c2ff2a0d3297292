import type { CharmMeta } from '../../charm/metadata.ts';
import type { SimulatedJuju } from '../../simulator/simulated-juju.ts';
import type { Status } from '../../simulator/status.ts';
import type { ContainerName } from '../names.ts';
import type { PretendContainer } from '../pretend-container.ts';
import type { RunResult } from '../run-result.ts';

/** One unit of the charm's application, as an invariant sees it. */
export interface UnitAccount<M extends CharmMeta> {
  readonly name: string;
  readonly isLeader: boolean;
  readonly started: boolean;
  readonly status: Status;
  /** Every hook that it ran, oldest first. */
  readonly runs: readonly RunResult[];
  /** The deferral queue as the last hook left it. */
  readonly deferred: RunResult['deferred'];
  container(name: ContainerName<M>): PretendContainer;
}

/** Where a sequence stands when an invariant is asked. */
export interface Account<M extends CharmMeta> {
  readonly juju: SimulatedJuju;
  /** The application's name. */
  readonly app: string;
  readonly units: readonly UnitAccount<M>[];
  /** The unit that leads, if any does. */
  readonly leader: UnitAccount<M> | undefined;
  /** The unit whose hook ran last, and what it did; undefined before the first hook. */
  readonly last: { readonly unit: UnitAccount<M>; readonly result: RunResult } | undefined;
}
