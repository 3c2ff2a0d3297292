import type { ServiceConfig } from './service-config.ts';

/** How much of a delay may be added at random. */
const jitterPart = 0.1;

/** How long to wait before a service is started again: longer each time, up to a limit. */
export class Backoff {
  #delay = 0;

  /** @param random from 0 up to 1. @returns milliseconds. */
  next({ backoffDelay, backoffFactor, backoffLimit }: ServiceConfig, random: number): number {
    if (this.#delay === 0) {
      this.#delay = backoffDelay;
    } else if (this.#delay < backoffLimit) {
      this.#delay = Math.min(this.#delay * backoffFactor, backoffLimit);
    }
    return this.#delay * (1 + jitterPart * random);
  }

  reset(): void {
    this.#delay = 0;
  }
}
