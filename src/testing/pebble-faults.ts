import { PebbleConnectionError } from '../pebble/errors.ts';
import type { PebbleRequest } from '../pebble/transport.ts';

/** When a container's Pebble shall fail, and how. Without conditions: at every request. */
export interface PebbleFault {
  /** Only requests whose path is this, or matches. */
  readonly path?: string | RegExp;
  readonly method?: PebbleRequest['method'];
  /** Only the n-th request that fits, counted from 1 from now on. Default: from the first on. */
  readonly atRequest?: number;
  /** How often. Default: always; once with `atRequest`. */
  readonly times?: number;
  /** What the client gets. Default: a lost connection. */
  readonly error?: (endpoint: string) => Error;
}

interface ArmedFault extends PebbleFault {
  seen: number;
  left: number;
}

/** The failures that a test has ordered for one container. */
export class PebbleFaults {
  readonly #armed = new Set<ArmedFault>();

  /** @returns a function that takes the fault back */
  add(fault: PebbleFault): () => void {
    const times = fault.times ?? (fault.atRequest === undefined ? Infinity : 1);
    const armed = { ...fault, seen: 0, left: times };
    this.#armed.add(armed);
    return () => {
      this.#armed.delete(armed);
    };
  }

  /** Throws the failure that is due for a request, if any. */
  check(endpoint: string, request: PebbleRequest): void {
    for (const fault of this.#armed) {
      if (!fits(fault, request)) continue;
      fault.seen += 1;
      if (fault.left === 0 || fault.seen < (fault.atRequest ?? 1)) continue;
      fault.left -= 1;
      throw (
        fault.error?.(endpoint) ??
        new PebbleConnectionError(endpoint, 'exchange', 'the connection was lost')
      );
    }
  }
}

function fits({ path, method }: PebbleFault, request: PebbleRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? path === request.path : path.test(request.path);
}
