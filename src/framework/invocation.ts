import { ForeignDeferralError } from './errors.ts';
import { DeferrableEvent, isDeferred, type Deferred } from './event.ts';
import type { Delivery } from './event-source.ts';
import type { HandlerRun } from './handler.ts';

/**
 * Calls a handler and says whether it deferred its event.
 *
 * A deferral counts when the handler returns it. One that is made and not returned counts too, since
 * losing an event is worse than repeating one, and is warned about.
 */
export async function invoke(delivery: Delivery, run: HandlerRun): Promise<Deferred | undefined> {
  const { event, observer, handler } = delivery;
  const earlier = event instanceof DeferrableEvent ? event.deferral : undefined;
  const result = await delivery.invoke(run);
  if (isDeferred(result)) {
    if (result.event !== event)
      throw new ForeignDeferralError(event.kind, `${observer}.${handler}`);
    return result;
  }
  const forgotten = event instanceof DeferrableEvent ? event.deferral : undefined;
  if (forgotten === undefined || forgotten === earlier) return undefined;
  run.logger.warn(
    `${observer}.${handler} called defer() for ${event.kind} and did not return it; the event is deferred all the same. Write: return event.defer(…)`,
  );
  return forgotten;
}
