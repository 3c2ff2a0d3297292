import type { PebbleClock } from '../simulator/pebble/clock.ts';

/** The delay, in milliseconds, by which the core's wait for a start is known. */
export const quickStart = 1;

/**
 * A clock on which a service that starts is soon past its first second, without time moving: late
 * enough for a program to have exited at its start.
 */
export function withQuickStarts(clock: PebbleClock): PebbleClock {
  return {
    now: () => clock.now(),
    after: (milliseconds, callback) => {
      if (milliseconds !== quickStart) return clock.after(milliseconds, callback);
      const immediate = setImmediate(callback);
      return () => {
        clearImmediate(immediate);
      };
    },
  };
}
