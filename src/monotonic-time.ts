/**
 * Milliseconds on a clock that nobody sets, to measure by. `performance.now()` tells the same, and
 * takes a millisecond to be loaded, which is long for a hook that asks its daemon a few questions.
 */
export function monotonicTime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
