import type { JujuEvent } from '../simulator/juju-event.ts';
import type { ActionResult } from './agent/action-result.ts';
import type { HookReport } from './agent/unit-agent.ts';

/** Something that happened in a deployment, in the order in which it happened. */
export type LocalEvent =
  | JujuEvent
  /** A run of a hook has ended. */
  | { readonly type: 'hook'; readonly at: Date; readonly report: HookReport }
  /** An action is over. */
  | { readonly type: 'action'; readonly at: Date; readonly result: ActionResult }
  /** A new pod is there in the old one's place; what is due in it comes with the next settle. */
  | { readonly type: 'pod-replaced'; readonly at: Date; readonly address: string }
  /** A container's supervisor ended by itself. It is started again, as Kubernetes would. */
  | {
      readonly type: 'container-died';
      readonly at: Date;
      readonly container: string;
      readonly account: string;
    };
