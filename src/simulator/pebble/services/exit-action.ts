/** What a service's end leads to. */
export type ExitAction =
  | 'restart'
  | 'shutdown'
  | 'failure-shutdown'
  | 'success-shutdown'
  | 'ignore';

/** What the daemon exits with when a check has failed, by the wish of a service. */
export function checkShutdownCode(action: ExitAction): number {
  const checkFailureCode = 11;
  return action === 'success-shutdown' ? 0 : checkFailureCode;
}

/** What the daemon exits with, by the wish of a service that ended. */
export function shutdownCode(action: ExitAction, code: number): number {
  const failureCode = 10;
  switch (action) {
    case 'success-shutdown':
      return 0;
    case 'failure-shutdown':
      return failureCode;
    default:
      return code === 0 ? 0 : failureCode;
  }
}
