import type { ApplicationState, ModelState } from './state/model-state.ts';
import type { UnitState } from './state/unit-state.ts';

export interface UnitOptions {
  /** The pod's address, if it has one already. */
  readonly address?: string;
  /** Default: the next free one. */
  readonly number?: number;
  /** No charm runs in the unit: a script says what its side of relations holds. */
  readonly scripted?: boolean;
  /** How many instances of a storage it begins with. Default: as few as the charm allows. */
  readonly storage?: Readonly<Record<string, number>>;
  /** Instances that the unit takes over, such as those of a unit that is gone. */
  readonly attachStorage?: readonly string[];
}

/** A unit that no hook has run for. */
export function newUnit(
  model: ModelState,
  application: ApplicationState,
  number: number,
  { address, scripted = false }: UnitOptions,
): UnitState {
  const since = model.clock.now();
  return {
    name: `${application.name}/${number}`,
    app: application.name,
    number,
    charmed: application.charm !== undefined && !scripted,
    life: 'alive',
    installed: false,
    started: false,
    stopped: false,
    pod: 'up',
    leaderAccepted: false,
    leaderSettingsSeen: undefined,
    configSeen: undefined,
    queue: [],
    failed: undefined,
    views: new Map(),
    boots: new Map(),
    handledBoots: new Map(),
    workloadNews: new Map(),
    storage: [],
    storedState: new Map(),
    secretsSeen: new Map(),
    secretsRemoved: new Set(),
    ports: new Map(),
    payloads: new Map(),
    status: { status: 'waiting', message: 'installing agent', since },
    statusSet: false,
    agentStatus: { status: 'allocating', message: '', since },
    address,
    networks: new Map(),
    updateStatusAt: undefined,
    reboots: 0,
    runs: 0,
  };
}
