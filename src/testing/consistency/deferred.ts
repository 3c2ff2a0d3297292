import type { Charm } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import type { DeferredEntry } from '../../framework/deferral-queue.ts';
import { EventSource } from '../../framework/event-source.ts';

/**
 * What is wrong with deferred events of Juju's, as far as it takes a charm to tell: an event that the
 * charm has not, or a handler that observes no such event.
 */
export function deferralProblems<M extends CharmMeta>(
  charm: Charm<M>,
  queue: readonly DeferredEntry[],
): string[] {
  if (queue.length === 0) return [];
  const sources = new Map<string, unknown>(Object.entries(charm.on));
  return queue.flatMap(({ emitter, kind, observer, handler }) => {
    if (emitter !== 'juju') return [];
    const source = sources.get(kind);
    if (!(source instanceof EventSource)) {
      return [
        `a deferred ${kind} waits in the queue, and the charm has no such event. Correct its name.`,
      ];
    }
    if (source.observedBy(observer, handler)) return [];
    return [
      `a deferred ${kind} waits for ${observer}.${handler}, which does not observe it: it would be dropped. Name the observer's path and its method or flowchart.`,
    ];
  });
}
