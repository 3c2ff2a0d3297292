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

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: PebbleClock = {
  now: () => new Date(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
