import { CharmwrightError } from '../../errors.ts';

/** A request that is answered with an error. */
export class ApiError extends CharmwrightError {
  readonly code = 'api';
  readonly status: number;
  /** Pebble's kind, for the few errors that have one. */
  readonly kind: string | undefined;

  constructor(status: number, message: string, kind?: string) {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}
