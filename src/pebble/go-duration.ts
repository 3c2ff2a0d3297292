/** Writes milliseconds the way Go reads durations. */
export function goDuration(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)}s`;
}
