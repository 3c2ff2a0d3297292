/** What a service's end leads to. */
export type ExitAction =
  | 'restart'
  | 'shutdown'
  | 'failure-shutdown'
  | 'success-shutdown'
  | 'ignore';

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
