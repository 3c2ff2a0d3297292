export { PebbleClient, type PebbleClientOptions } from './client.ts';
export { UnixSocketTransport, type UnixSocketTransportOptions } from './unix-socket-transport.ts';
export type { PebbleRequest, PebbleResponse, PebbleTransport } from './transport.ts';

export type { CallOptions } from './call-options.ts';
export type { Change, ChangeStatus, Task } from './change.ts';
export type { CheckInfo, CheckLevel, CheckRun, ChecksOptions, CheckStatus } from './checks.ts';
export type { ChangesOptions, WaitOptions } from './changes.ts';
export type { ExecOptions } from './exec.ts';
export type { ExecOutput } from './exec-output.ts';
export type { ExecProcess, ExecResult } from './exec-process.ts';
export type { FileInfo, FileType, ListOptions, MakeDirOptions, RemoveOptions } from './files.ts';
export type { HealthOptions } from './health.ts';
export type { Identities, Identity, IdentityAccess } from './identities.ts';
export {
  printLayer,
  type Check,
  type ExitAction,
  type Layer,
  type LogTarget,
  type Override,
  type Plan,
  type Service,
  type Workload,
} from './layer.ts';
export {
  checkSchema,
  layerSchema,
  logTargetSchema,
  serviceSchema,
  workloadSchema,
} from './layer-schema.ts';
export type { AddLayerOptions } from './layers.ts';
export type { LogEntry, LogsOptions } from './logs.ts';
export type { Message, MessageConnection, MessageTransport } from './message-transport.ts';
export type { Metric, MetricSample } from './metrics.ts';
export type {
  Notice,
  NoticesFilter,
  NoticesOptions,
  NoticeType,
  NotifyOptions,
} from './notices.ts';
export type { Ownership } from './ownership.ts';
export type { PulledFile } from './pull.ts';
export type { FileAttributes, FileContent, PushedFile, PushOptions } from './push.ts';
export { isRunning, type ServiceAction, type ServiceInfo, type ServiceStatus } from './services.ts';
export type { SystemInfo } from './system-info.ts';
export type {
  PullPathOptions,
  PushPathOptions,
  SymlinkPolicy,
  TransferOptions,
  TransferProgress,
} from './transfer/transfer-options.ts';
export type { WatchNoticesOptions } from './watch-notices.ts';

export {
  PebbleAbortError,
  PebbleApiError,
  PebbleChangeError,
  PebbleConnectionError,
  PebbleError,
  PebbleExecError,
  PebblePathError,
  PebbleProtocolError,
  PebbleTimeoutError,
  PebbleTransferError,
  PebbleTransportError,
  type PathErrorKind,
  type TransferFailure,
} from './errors.ts';
