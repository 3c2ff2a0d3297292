/**
 * Matchers for vitest. Importing this module adds them to `expect`; name it in `setupFiles`, or
 * import it where they are used.
 *
 * Each looks at the result of a run, or at a harness, which means all its runs.
 *
 * @module
 */
import { expect, type MatcherResult, type MatcherState } from 'vitest';

import {
  toHaveAppStatus,
  toHaveCalled,
  toHaveDeferred,
  toHaveLogged,
  toHaveSet,
  toHaveStatus,
  toHaveWalked,
  type BagLike,
  type DeferredLike,
  type TextLike,
} from './matchers.ts';
import type { ShownStatus, StateWitness, Witness } from './account.ts';

export type { Account, ShownStatus, StateWitness, Witness } from './account.ts';
export type { AsymmetricText, BagLike, DeferredLike, TextLike } from './matchers.ts';

/** A matcher's parameters, where the subject is one that it can look at. */
type On<T, Parameters extends readonly unknown[], Subject = Witness> = T extends Subject
  ? (...expected: Parameters) => void
  : never;

/** What this module adds to `expect(…)`. */
export interface CharmMatchers<T = unknown> {
  /**
   * The unit's status, and its message if given. Of a run it is the last one that the run set; of a
   * harness or a state, what shows.
   */
  toHaveStatus: On<T, [status: ShownStatus['status'], message?: TextLike], Witness | StateWitness>;
  /** The application's status, as {@link CharmMatchers.toHaveStatus}. */
  toHaveAppStatus: On<
    T,
    [status: ShownStatus['status'], message?: TextLike],
    Witness | StateWitness
  >;
  /** An event waits in the deferral queue: any, one of Juju's name, or one that is described. */
  toHaveDeferred: On<T, [deferred?: string | DeferredLike], Witness | StateWitness>;
  /**
   * A flowchart was walked along a node (`gen_cfg`), an edge (`is_leader=no`), several in a row
   * (`is_cfg=no is_leader=no`), or exactly along a line (`start: is_container=no defer`).
   */
  toHaveWalked: On<T, [path: string]>;
  /**
   * These keys were written into a databag, as one `relation-set` took them; undefined stands for a
   * key that was removed. Keys beside them do not matter.
   */
  toHaveSet: On<T, [changes: Readonly<Record<string, TextLike | undefined>>, where?: BagLike]>;
  /** A line was logged that contains a text or fits a pattern, at a level if one is given. */
  toHaveLogged: On<T, [message: TextLike, level?: string]>;
  /** A hook tool was called, with exactly these arguments if they are given, not counting `--`. */
  toHaveCalled: On<T, [tool: string, args?: readonly unknown[]]>;
}

declare module 'vitest' {
  interface Matchers<T> extends CharmMatchers<T> {}
}

expect.extend({
  toHaveStatus: matcher(toHaveStatus),
  toHaveAppStatus: matcher(toHaveAppStatus),
  toHaveDeferred: matcher(toHaveDeferred),
  toHaveWalked: matcher(toHaveWalked),
  toHaveSet: matcher(toHaveSet),
  toHaveLogged: matcher(toHaveLogged),
  toHaveCalled: matcher(toHaveCalled),
});

/** A comparison as vitest calls it: it brings its state as `this`. */
function matcher<Expected extends readonly unknown[]>(
  compare: (state: MatcherState, received: unknown, ...expected: Expected) => MatcherResult,
): (this: MatcherState, received: unknown, ...expected: Expected) => MatcherResult {
  return function (received, ...expected) {
    return compare(this, received, ...expected);
  };
}
