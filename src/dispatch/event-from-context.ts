import { kindOf, type Catalogue, type PendingEvent } from '../charm/events/catalogue.ts';
import type { CharmMeta } from '../charm/metadata.ts';
import type { JujuContext } from '../juju/context.ts';

/** The name of what Juju wants handled, as a charm observes it; empty for `juju exec`. */
export function eventName({ hook }: JujuContext): string {
  return kindOf(hook);
}

/** The event of the hook; `undefined` when the charm declares none of this name. */
export function eventFromContext<M extends CharmMeta>(
  context: JujuContext,
  catalogue: Catalogue<M>,
): PendingEvent | undefined {
  return catalogue.fromHook(context.hook);
}
