import type { CharmMeta } from '../../charm/metadata.ts';
import type { OptionValue } from '../charm-definition.ts';
import type { Clock } from '../clock.ts';
import type { JujuEvent } from '../juju-event.ts';
import type { Status } from '../status.ts';
import type { Databag } from './databag.ts';
import type { RelationState } from './relation-state.ts';
import type { SecretState } from './secret-state.ts';
import type { StorageInstance } from './storage-state.ts';
import type { UnitState } from './unit-state.ts';

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
  /** Whether a unit takes the leadership when there is no leader. */
  readonly election: 'automatic' | 'manual';
  status: Status | undefined;
  version: string | undefined;
}

/** The whole model: plain data that rules, resolver and hook tools read and change. */
export interface ModelState {
  readonly name: string;
  readonly uuid: string;
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
export function isAtLeast({ version }: ModelState, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Whether the agents speak Juju 4 rather than 3. */
export function isJuju4(model: ModelState): boolean {
  return Number.parseInt(model.version, 10) >= 4;
}
