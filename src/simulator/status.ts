/** Words that a charm can set. */
export const settableStatuses = ['maintenance', 'blocked', 'waiting', 'active'] as const;
export type SettableStatus = (typeof settableStatuses)[number];

/** A status as Juju keeps it. */
export interface Status {
  readonly status: SettableStatus | 'unknown' | 'error' | 'terminated';
  readonly message: string;
  readonly since: Date;
}

/** What Juju's agent for a unit is doing. */
export interface AgentStatus {
  readonly status: 'allocating' | 'idle' | 'executing' | 'error';
  readonly message: string;
  readonly since: Date;
}

const severity: readonly Status['status'][] = [
  'error',
  'blocked',
  'waiting',
  'maintenance',
  'terminated',
  'active',
  'unknown',
];

/** The status of an application whose leader never set one: the gravest of its units'. */
export function gravest(statuses: readonly Status[], now: Date): Status {
  const ranked = statuses.toSorted(
    (a, b) => severity.indexOf(a.status) - severity.indexOf(b.status),
  );
  return ranked[0] ?? { status: 'unknown', message: '', since: now };
}
