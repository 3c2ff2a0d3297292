/** Nanoseconds in each unit that Go knows. */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** What Go can hold, some 292 years. */
const longest = 2 ** 63;

const wholeDuration = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const oneTerm = /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g;
/** More of a fraction Go does not look at either. */
const mostDigits = 18;

/** Reads a duration as Go writes it, such as `1m30s`. @returns nanoseconds, or `undefined`. */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) {
    return 0;
  }
  if (!wholeDuration.test(text)) {
    return undefined;
  }
  let total = 0;
  for (const [, whole = '', fraction = '', name = ''] of text.matchAll(oneTerm)) {
    const unit = units[name] ?? 0;
    const digits = fraction.slice(0, mostDigits);
    // Apart, as in Go: a decimal fraction times a unit need not come out whole.
    total += Number(whole) * unit + Math.trunc(Number(digits) * (unit / 10 ** digits.length));
  }
  if (total > longest) {
    return undefined;
  }
  return text.startsWith('-') ? -total : total;
}

/** Why {@link parseDuration} could not read a text, in Go's words. */
export function durationProblem(text: string): string {
  const quoted = quote(text);
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) {
    return `time: missing unit in duration ${quoted}`;
  }
  const unknown =
    /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*(?:\d+\.?\d*|\.\d+)([^\d.]+)/.exec(
      text,
    )?.[1];
  return unknown === undefined
    ? `time: invalid duration ${quoted}`
    : `time: unknown unit ${quote(unknown)} in duration ${quoted}`;
}

/** Writes nanoseconds as Go does: `1h0m0.5s`, `250ms`, `0s`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds < 0) {
    return `-${formatDuration(-nanoseconds)}`;
  }
  if (nanoseconds === 0) {
    return '0s';
  }
  if (nanoseconds < 1e3) {
    return `${nanoseconds}ns`;
  }
  if (nanoseconds < 1e6) {
    return `${nanoseconds / 1e3}µs`;
  }
  if (nanoseconds < 1e9) {
    return `${nanoseconds / 1e6}ms`;
  }
  const minutes = Math.floor(nanoseconds / 60e9);
  const seconds = `${(nanoseconds - minutes * 60e9) / 1e9}s`;
  if (minutes === 0) {
    return seconds;
  }
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes % 60}m${seconds}`;
}

/** Quotes a text as Go does within what it says of times: whatever is not ASCII byte by byte. */
function quote(text: string): string {
  const quoted = Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    if (character === '"' || character === '\\') return `\\${character}`;
    return byte < 0x20 || byte >= 0x80 ? `\\x${byte.toString(16).padStart(2, '0')}` : character;
  });
  return `"${quoted.join('')}"`;
}
