import type { Accounts } from './accounts.ts';
import type { ChangeList } from './changes/change-list.ts';
import type { CheckManager } from './checks/check-manager.ts';
import type { PebbleClock } from './clock.ts';
import type { Executions } from './exec/executions.ts';
import type { FileSystem } from './file-system.ts';
import type { IdentityList } from './identities/identity-list.ts';
import type { LogEntry } from './logs/service-log.ts';
import type { NoticeList } from './notices/notice-list.ts';
import type { PlanStore } from './plan/plan-store.ts';
import type { ProcessLauncher } from './process-launcher.ts';
import type { ServiceManager } from './services/service-manager.ts';

/** All that the routes work on. */
export interface DaemonState {
  readonly plan: PlanStore;
  readonly services: ServiceManager;
  readonly changes: ChangeList;
  readonly checks: CheckManager;
  readonly executions: Executions;
  readonly launcher: ProcessLauncher;
  readonly notices: NoticeList;
  readonly identities: IdentityList;
  /** The user for whom requests are made: nobody can tell callers of a socket apart. */
  readonly callerId: number;
  readonly files: FileSystem;
  readonly accounts: Accounts;
  readonly clock: PebbleClock;
  readonly version: string;
  readonly bootId: string;
  /** Calls `listener` for each new line of a service's output. @returns what ends that. */
  readonly onLog: (listener: (entry: LogEntry) => void) => () => void;
  /** Aborts when the daemon ends. */
  readonly closing: AbortSignal;
}
