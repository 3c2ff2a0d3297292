import type { CharmMeta } from '../../charm/metadata.ts';
import type { Hook } from '../../simulator/hook.ts';
import type { State } from '../state/state.ts';
import type { Identity } from '../transition/scene.ts';

/** What is checked before a run. */
export interface Subject {
  readonly meta: CharmMeta;
  readonly identity: Identity;
  readonly state: State;
  readonly hook: Hook;
  /** The event's name, for sentences. */
  readonly event: string;
}
