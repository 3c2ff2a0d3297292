import type { DeferredEntry } from '../../framework/deferral-queue.ts';
import { toJson } from '../../framework/json.ts';
import type { JujuOccasion } from './occasion.ts';

/** Who deferred an event, and how it went since. */
export interface DeferralParts {
  /** The name of the method or flowchart. */
  readonly handler: string;
  /** The path of the object whose handler it is. Default: `charm`. */
  readonly observer?: string;
  /** Default: `deferred by the test`. */
  readonly reason?: string;
  /** How often it was re-emitted since. Default: 0. */
  readonly attempts?: number;
  /** Default: 2026-01-01. */
  readonly since?: Date;
}

/**
 * An event that waits in the queue of a state.
 *
 * @example
 * ```ts
 * context.state({ deferred: [deferred(context.on.start(), { handler: 'onStart' })] });
 * ```
 */
export function deferred(event: JujuOccasion, parts: DeferralParts): DeferredEntry {
  return {
    emitter: 'juju',
    kind: event.name,
    observer: parts.observer ?? 'charm',
    handler: parts.handler,
    snapshot: toJson(event.snapshot, `the snapshot of ${event.name}`),
    deferredSince: parts.since ?? new Date('2026-01-01T00:00:00Z'),
    attempts: parts.attempts ?? 0,
    reason: parts.reason ?? 'deferred by the test',
  };
}
