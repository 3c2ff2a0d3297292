import type { Deferred, DeferrableEvent } from '../framework/event.ts';
import type { Action, ChartNode, Needs } from './node.ts';

export interface EndOptions {
  /** How the end is drawn. @default 'stadium' */
  readonly shape?: 'stadium' | 'circle';
}

/** Where a run is done. Nothing can follow it. */
export function end(
  label: string,
  { shape = 'stadium' }: EndOptions = {},
): ChartNode<Needs, never> {
  return { kind: 'end', shape, label, arrows: [], run: async () => ({ kind: 'ended' }) };
}

/** An event that can be deferred, as far as a chart needs to know. */
export interface Deferring {
  readonly defer: DeferrableEvent['defer'];
}

/**
 * Where a run ends by deferring its event. Nothing can follow it.
 *
 * @param reason what to tell whoever reads the log or the queue, or an action that says it, and that
 * may set a status first
 */
export function defer<O = unknown, In = unknown, E = unknown>(
  label: string,
  reason: string | Action<O, In, E, string>,
): ChartNode<Needs<O, In, E & Deferring>, never> {
  const fixed = typeof reason === 'string';
  return {
    kind: 'defer',
    shape: 'flag',
    label,
    arrows: [],
    ...(!fixed && { actionName: reason.name }),
    run: async (observer, data, event) => {
      const text = fixed ? reason : await reason(observer, data, event);
      const deferred: Deferred = event.defer(text);
      return { kind: 'deferred', deferred };
    },
  };
}
