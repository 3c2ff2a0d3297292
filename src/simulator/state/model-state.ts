import type { CharmMeta } from '../../charm/metadata.ts';
import type { CloudSpec } from '../../juju/tools/credential.ts';
import type { OptionValue } from '../charm-definition.ts';
import type { Clock } from '../clock.ts';
import type { JujuEvent } from '../juju-event.ts';
import type { Status } from '../status.ts';
import type { Databag } from './databag.ts';
import type { RelationState } from './relation-state.ts';
import type { PodSpec } from './pod-spec.ts';
import type { SecretState } from './secret-state.ts';
import type { StorageInstance } from './storage-state.ts';
import type { UnitState } from './unit-state.ts';

/** Juju's words for a model on Kubernetes and one of machines. */
export type ModelType = 'caas' | 'iaas';

export interface ApplicationState {
  readonly name: string;
  readonly charm: CharmMeta | undefined;
  readonly units: Map<string, UnitState>;
  nextUnit: number;
  /** Options that an operator set; the rest have their defaults. */
  readonly config: Map<string, OptionValue>;
  /** Grows with each change that units must hear of. */
  configVersion: number;
  leader: string | undefined;
  /** What the leader keeps for its fellow units with leader-set. */
  readonly leaderSettings: Databag;
  /** The model that the application is in, where that is another one. */
  readonly foreignModel: string | undefined;
  /** Paths of the resources that were uploaded, by name. */
  readonly resources: Map<string, string>;
  /** What a trusted charm is told of its cloud; undefined for one that nobody trusts. */
  cloud: CloudSpec | undefined;
  /** What the leader of a charm of the older kind gave Kubernetes to run. */
  podSpec: PodSpec | undefined;
  /** Whether a unit takes the leadership when there is no leader. */
  readonly election: 'automatic' | 'manual';
  status: Status | undefined;
  version: string | undefined;
}

/** The whole model: plain data that rules, resolver and hook tools read and change. */
export interface ModelState {
  readonly name: string;
  readonly uuid: string;
  readonly type: ModelType;
  /** The agents' version, such as `3.6.9`. */
  readonly version: string;
  readonly seed: number;
  readonly clock: Clock;
  /** Whether a unit hears of its storage only once it has started. */
  readonly storageAfterStart: boolean;
  /** Milliseconds between update-status hooks, before jitter. */
  readonly updateStatusInterval: number;
  readonly applications: Map<string, ApplicationState>;
  readonly relations: Map<number, RelationState>;
  nextRelation: number;
  readonly secrets: Map<string, SecretState>;
  /** Storage by its id, whether a unit has it or none. */
  readonly storage: Map<string, StorageInstance>;
  /** The number of the storage instance that is made next. */
  nextStorage: number;
  /** How many actions have been run. */
  actionIds: number;
  /** How many secrets' ids have been given out. */
  secretIds: number;
  readonly emit: (event: JujuEvent) => void;
}

/** Whether the agents are of a version or a later one. */
export function isAtLeast(
  { version }: Pick<ModelState, 'version'>,
  ...least: readonly number[]
): boolean {
  const own = numbersOf(version);
  const at = least.findIndex((number, place) => number !== (own[place] ?? 0));
  return at < 0 || (own[at] ?? 0) > (least[at] ?? 0);
}

/** Whether the agents speak Juju 4 rather than 3. */
export function isJuju4(model: ModelState): boolean {
  return isAtLeast(model, 4);
}

/** By a version's text: every hook tool asks, and there are few versions. */
const known = new Map<string, readonly number[]>();

function numbersOf(version: string): readonly number[] {
  const before = known.get(version);
  if (before !== undefined) return before;
  const numbers = version.split('.').map((part) => Number.parseInt(part, 10));
  known.set(version, numbers);
  return numbers;
}
