/** Time as the daemon sees it: a real clock, or one that a test moves by hand. */
export interface PebbleClock {
  now(): Date;
  /**
   * Calls `callback` once, after `milliseconds`.
   *
   * @returns a function that calls it off; calling it later or twice does nothing.
   */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The longest wait of a timer, some 25 days. A longer one would be over at once. */
const longestWait = 2 ** 31 - 1;

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: PebbleClock = {
  now: () => new Date(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(milliseconds, longestWait));
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
