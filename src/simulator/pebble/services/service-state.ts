import type { ServiceStatus } from '../core.ts';

/** Where a service that was started at least once stands. */
export type ServiceState =
  | 'initial'
  | 'starting'
  | 'running'
  | 'terminating'
  | 'killing'
  | 'stopped'
  | 'backoff'
  | 'exited';

/** What a client is told of each state. */
export const statuses: Readonly<Record<ServiceState, ServiceStatus>> = {
  initial: 'error',
  starting: 'active',
  running: 'active',
  terminating: 'inactive',
  killing: 'inactive',
  stopped: 'inactive',
  backoff: 'backoff',
  exited: 'error',
};
