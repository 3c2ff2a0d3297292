import type { PebbleClock } from './clock.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends PebbleClock {
  /**
   * Moves time on by `milliseconds` and calls what comes due, in order of its time. Between two
   * callbacks the work that they set off gets its turn.
   */
  advance(milliseconds: number): Promise<void>;
}

export function manualClock(start: Date = new Date('2026-01-01T00:00:00Z')): ManualClock {
  interface Timer {
    readonly at: number;
    readonly callback: () => void;
  }
  const timers = new Set<Timer>();
  let now = start.getTime();
  return {
    now: () => new Date(now),
    after(milliseconds, callback) {
      const timer: Timer = { at: now + milliseconds, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(milliseconds) {
      const until = now + milliseconds;
      await settle();
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) {
          break;
        }
        timers.delete(due);
        now = Math.max(now, due.at);
        due.callback();
        await settle();
      }
      now = until;
    },
  };
}

/** Lets promises that are ready, and what follows from them, run. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => {
      setImmediate(resolve);
    });
  });
}
