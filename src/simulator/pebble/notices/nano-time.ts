import type { PebbleClock } from '../clock.ts';

/** A point in time in nanoseconds since 1970. */
export type NanoTime = bigint;

const perMillisecond = 1_000_000n;
const perSecond = 1_000_000_000n;

/** Makes times that are never equal and always grow, though the clock knows only milliseconds. */
export class NanoClock {
  readonly #clock: PebbleClock;
  #last: NanoTime = 0n;

  constructor(clock: PebbleClock) {
    this.#clock = clock;
  }

  now(): NanoTime {
    const now = BigInt(this.#clock.now().getTime()) * perMillisecond;
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#last;
  }
}

/** A time in UTC, with up to nine digits of a second and none in vain, as Go prints it. */
export function formatNano(time: NanoTime): string {
  const seconds = new Date(Number(time / perMillisecond)).toISOString().slice(0, 19);
  const fraction = String(time % perSecond)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Reads an RFC 3339 time. @returns `undefined` when the text is none. */
export function parseNano(text: string): NanoTime | undefined {
  const [, seconds, fraction = '', zone] = rfc3339.exec(text) ?? [];
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(milliseconds)) {
    return undefined;
  }
  return BigInt(milliseconds) * perMillisecond + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}
