import type { Hook } from './hook.ts';
import type { AgentStatus, Status } from './status.ts';

export const logLevels = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Something that happened in the simulated model, in the order in which it happened. */
export type JujuEvent = { readonly at: Date } & (
  | { readonly type: 'unit-status'; readonly unit: string; readonly status: Status }
  | { readonly type: 'application-status'; readonly application: string; readonly status: Status }
  | { readonly type: 'agent-status'; readonly unit: string; readonly status: AgentStatus }
  | { readonly type: 'version'; readonly application: string; readonly version: string }
  | {
      readonly type: 'log';
      readonly unit: string;
      readonly level: LogLevel;
      /** `unit.<app>/<n>.juju-log` for the charm's own lines, else `unit.<app>/<n>.<hook>`. */
      readonly logger: string;
      readonly message: string;
    }
  | {
      readonly type: 'hook-begun';
      readonly unit: string;
      readonly hook: Hook;
      readonly attempt: number;
    }
  | { readonly type: 'hook-committed'; readonly unit: string; readonly hook: Hook }
  | {
      readonly type: 'hook-failed';
      readonly unit: string;
      readonly hook: Hook;
      readonly reason: string;
    }
  | { readonly type: 'leader'; readonly application: string; readonly unit: string | undefined }
  | { readonly type: 'databag'; readonly relationId: number; readonly owner: string }
  | { readonly type: 'config'; readonly application: string }
);

export type JujuListener = (event: JujuEvent) => void;
