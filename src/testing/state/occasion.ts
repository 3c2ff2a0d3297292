import type { Json } from '../../framework/json.ts';
import type { Hook } from '../../simulator/hook.ts';

/** An event of Juju that a run is about. Made by `context.on`. */
export interface JujuOccasion {
  /** The event's name as a charm observes it, such as `config-changed` or `backup-action`. */
  readonly name: string;
  readonly hook: Hook;
  /** What the event's own snapshot says, so that it can wait in a queue. */
  readonly snapshot: Json;
}
