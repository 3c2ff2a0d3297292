import type { Hook, PlainHookKind } from '../hook.ts';
import type { OpenPorts } from '../rules/open-ports.ts';
import type { BoundNetwork } from './bound-network.ts';
import type { AgentStatus, Status } from '../status.ts';
import type { WorkloadHook } from '../workload-news.ts';
import type { StorageAttachment } from './storage-state.ts';

/** What a unit has been told about one relation. */
export interface RelationView {
  created: boolean;
  broken: boolean;
  /** Remote units it knows, with the data version that it last saw. */
  readonly members: Map<string, number>;
  /** The unit whose joined has run and whose changed must follow. */
  changedDue: string | undefined;
  appVersionSeen: number;
}

/** What a container's Pebble has said. */
export interface WorkloadNews {
  /** By the notice, in the order of their last repetition: what Pebble still keeps. */
  readonly heard: Map<string, { readonly hook: WorkloadHook; readonly at: Date }>;
  /** What the charm has not been told yet. */
  due: WorkloadHook[];
}

/** What the charm has registered with payload-register. */
export interface PayloadState {
  readonly type: string;
  readonly class: string;
  readonly id: string;
  readonly tags: readonly string[];
  readonly status: string;
}

export interface FailedHook {
  readonly hook: Hook;
  readonly attempts: number;
}

/** Everything that Juju keeps about one unit. */
export interface UnitState {
  readonly name: string;
  readonly app: string;
  readonly number: number;
  /** A unit without a charm runs no hooks; a script speaks for it. */
  readonly charmed: boolean;
  life: 'alive' | 'dying' | 'dead';
  installed: boolean;
  started: boolean;
  stopped: boolean;
  /** `stopping` until the stop of a pod that goes has run, `gone` until the next pod has come. */
  pod: 'up' | 'stopping' | 'gone';
  leaderAccepted: boolean;
  /** The version of the leader's settings that the unit has been told of. */
  leaderSettingsSeen: number | undefined;
  configSeen: number | undefined;
  readonly queue: PlainHookKind[];
  failed: FailedHook | undefined;
  readonly views: Map<number, RelationView>;
  /** Boot ids as the pod reports them, and those that a pebble-ready has answered. */
  readonly boots: Map<string, string>;
  readonly handledBoots: Map<string, string>;
  /** By container. */
  readonly workloadNews: Map<string, WorkloadNews>;
  readonly storage: StorageAttachment[];
  readonly storedState: Map<string, string>;
  /** By a secret's id, the latest revision that the unit knows of. */
  readonly secretsSeen: Map<string, number>;
  /** Revisions, as `<id>/<number>`, whose secret-remove has run. */
  readonly secretsRemoved: Set<string>;
  readonly ports: OpenPorts;
  /** By class and id, what runs outside of Juju's sight. */
  readonly payloads: Map<string, PayloadState>;
  status: Status;
  /** Whether the charm itself ever set a status. */
  statusSet: boolean;
  agentStatus: AgentStatus;
  address: string | undefined;
  /** By binding, where it is not that of {@link address}; the empty text stands for all others. */
  readonly networks: Map<string, BoundNetwork>;
  updateStatusAt: Date | undefined;
  /** How often the charm has had the machine boot anew. */
  reboots: number;
  /** Runs begun so far: what makes choices and context ids differ from run to run. */
  runs: number;
}

export function newView(): RelationView {
  return {
    created: false,
    broken: false,
    members: new Map(),
    changedDue: undefined,
    appVersionSeen: 0,
  };
}
