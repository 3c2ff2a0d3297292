/** Tells those who watch over the unit's security what happened to it. Never a secret. */
export interface SecurityLog {
  /** The charm wanted what it may not have, by a hook tool or before one was called. */
  denied(tool: string, why: string): void;
  /** One of the workload's checks watches no more. */
  checkStopped(check: string): void;
}
