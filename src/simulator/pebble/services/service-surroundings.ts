import type { Accounts } from '../accounts.ts';
import type { PebbleClock } from '../clock.ts';
import type { ServiceStatus } from '../core.ts';
import type { ProcessLauncher } from '../process-launcher.ts';

/** What a service needs from the daemon it runs in. */
export interface ServiceSurroundings {
  readonly launcher: ProcessLauncher;
  readonly clock: PebbleClock;
  readonly accounts: Accounts;
  readonly okayDelay: number;
  readonly random: () => number;
  readonly onStatus: (name: string, status: ServiceStatus) => void;
  /** A service's end asks for the daemon's. */
  readonly onShutdown: (exitCode: number) => void;
}
