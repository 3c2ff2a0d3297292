export type { ActionResult } from './agent/action-result.ts';
export {
  ActionUnavailableError,
  CharmUnreadableError,
  HookFailedError,
  ResourceUnreadableError,
  UnitGoneError,
} from './agent/errors.ts';
export type { RetryDelayOptions } from './agent/retry-delay.ts';
export type { HookReport } from './agent/unit-agent.ts';
export type { Database, DatabaseOptions } from './database/database.ts';
export { freePort } from './database/free-port.ts';
export { startDatabase } from './database/start-database.ts';
export { CharmFolderError } from '../charm/charm-folder.ts';
export { deploy, type DeployOptions } from './deploy.ts';
export type { LocalEvent } from './local-event.ts';
export type { LocalModel } from './local-model.ts';
export type { RemoteApplication } from './remote-application.ts';
export type { SettleOptions } from './settling.ts';
export type { ContainerImage, ImageDirectory, ImageUser } from './pod/image.ts';
export { openPodHost, type PodHostOptions } from './pod/open-pod-host.ts';
export type { Pod, PodCommand, PodCommandOptions, PodHost, PodIsolation } from './pod/pod.ts';
export type { ProgramResult } from './pod/run-program.ts';
export { query, type QueryPlace, type QueryRequest } from './probe/query.ts';
export type { QueryRow } from './probe/query-reply.ts';
export { pgbouncerImage, type PgbouncerImageOptions } from './workload/pgbouncer-image.ts';
export { claimWorkFolder, WorkFolderError, type WorkFolder } from './work-folder.ts';
