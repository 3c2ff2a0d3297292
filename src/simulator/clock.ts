/** Where the simulated Juju gets the time from. */
export interface Clock {
  now(): Date;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #time: number;

  constructor(start: Date = new Date('2026-01-01T00:00:00Z')) {
    this.#time = start.getTime();
  }

  now(): Date {
    return new Date(this.#time);
  }

  /** Moves the time on by a number of milliseconds. */
  advance(milliseconds: number): void {
    this.#time += milliseconds;
  }
}
