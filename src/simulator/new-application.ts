import type { CharmMeta } from '../charm/metadata.ts';
import { Databag } from './state/databag.ts';
import type { ApplicationState } from './state/model-state.ts';

interface ApplicationParts {
  /** Undefined for an application that a script plays. */
  readonly charm: CharmMeta | undefined;
  readonly election?: ApplicationState['election'];
  readonly foreignModel?: string | undefined;
}

/** An application without units. */
export function newApplication(
  name: string,
  { charm, election = 'manual', foreignModel }: ApplicationParts,
): ApplicationState {
  return {
    name,
    charm,
    units: new Map(),
    nextUnit: 0,
    config: new Map(),
    configVersion: 0,
    leader: undefined,
    leaderSettings: new Databag(),
    foreignModel,
    resources: new Map(),
    cloud: undefined,
    podSpec: undefined,
    election,
    status: undefined,
    version: undefined,
  };
}
