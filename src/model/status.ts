import type { SettableStatusKind } from '../juju/tools/status.ts';

/** A status that a charm can set on its unit or, as the leader, on its application. */
export abstract class Status {
  abstract readonly kind: SettableStatusKind;
  /** Shown beside the status. */
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }

  equals(other: Status): boolean {
    return this.kind === other.kind && this.message === other.message;
  }

  toString(): string {
    return this.message === '' ? this.kind : `${this.kind}: ${this.message}`;
  }
}

/** The unit does its work. */
export class ActiveStatus extends Status {
  readonly kind = 'active';

  constructor(message = '') {
    super(message);
  }
}

/** Somebody must act before the unit can go on. The message says what is to be done. */
export class BlockedStatus extends Status {
  readonly kind = 'blocked';
}

/** The unit is busy and cannot serve. */
export class MaintenanceStatus extends Status {
  readonly kind = 'maintenance';
}

/** The unit waits for another application or for its container; nobody needs to act. */
export class WaitingStatus extends Status {
  readonly kind = 'waiting';
}

const urgency = { blocked: 3, maintenance: 2, waiting: 1, active: 0 } as const;

/** The most urgent status, and of equally urgent ones the first; `undefined` of none. */
export function mostUrgent(statuses: readonly Status[]): Status | undefined {
  let first: Status | undefined;
  for (const status of statuses) {
    if (first === undefined || urgency[status.kind] > urgency[first.kind]) first = status;
  }
  return first;
}
