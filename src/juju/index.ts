export type { HookToolCall, HookToolReply, HookTools } from './hook-tool.ts';
export { ProcessHookTools, type ProcessHookToolsOptions } from './process-hook-tools.ts';
export type { ToolOptions } from './tools/run.ts';

export { actionFail, actionGet, actionGetParam, actionLog, actionSet } from './tools/action.ts';
export type { ActionResults } from './tools/action-results.ts';
export { applicationVersionSet } from './tools/application.ts';
export { configGet, configGetAll, configGetOption, type ConfigValue } from './tools/config.ts';
export { credentialGet, type CloudCredential, type CloudSpec } from './tools/credential.ts';
export { goalState, type Goal, type GoalState } from './tools/goal-state.ts';
export { k8sRawGet, k8sRawSet, k8sSpecGet, k8sSpecSet } from './tools/k8s-spec.ts';
export { leaderGet, leaderSet } from './tools/leader-settings.ts';
export { isLeader } from './tools/leadership.ts';
export { jujuLog, type LogLevel } from './tools/log.ts';
export {
  networkGet,
  type NetworkAddress,
  type NetworkGetOptions,
  type NetworkInterface,
  type NetworkReading,
} from './tools/network.ts';
export {
  payloadRegister,
  payloadStatusSet,
  payloadUnregister,
  type Payload,
  type PayloadStatus,
} from './tools/payload.ts';
export {
  closePort,
  openedEndpointPorts,
  openedPorts,
  openPort,
  type EndpointPort,
  type IcmpPort,
  type Port,
  type PortOptions,
  type TransportPort,
} from './tools/ports.ts';
export { jujuReboot } from './tools/reboot.ts';
export {
  relationApp,
  relationGet,
  relationGetKey,
  relationIds,
  relationList,
  relationModelGet,
  relationSet,
  type BagOwner,
  type RelationModel,
  type RelationRef,
} from './tools/relation.ts';
export { resourceGet } from './tools/resource.ts';
export type { SecretContent } from './tools/secret-content.ts';
export {
  secretAdd,
  secretGrant,
  secretRemove,
  secretRevoke,
  secretSet,
  type NewSecret,
  type SecretAudience,
  type SecretChanges,
  type SecretOwner,
  type SecretRotation,
  type SecretSettings,
} from './tools/secret-write.ts';
export {
  secretGet,
  secretIds,
  secretInfoGet,
  type SecretGetOptions,
  type SecretGrant,
  type SecretInfo,
  type SecretSelector,
} from './tools/secret.ts';
export { stateDelete, stateGet, stateGetKey, stateSet } from './tools/state.ts';
export {
  statusGet,
  statusSet,
  type ApplicationStatusReading,
  type SettableStatusKind,
  type StatusReading,
} from './tools/status.ts';
export {
  storageAdd,
  storageGet,
  storageList,
  storageListAll,
  storageLocation,
  type StorageReading,
} from './tools/storage.ts';
export { unitGet } from './tools/unit.ts';
export { SecretUri, SecretUriError } from './secret-uri.ts';

export {
  JujuContextError,
  readJujuContext,
  type Environment,
  type Hook,
  type JujuContext,
  type Proxies,
} from './context.ts';
export { JujuVersion, JujuVersionError, type JujuFeature } from './version.ts';

export { CharmwrightError } from '../errors.ts';
export {
  HookToolArgumentError,
  HookToolContextError,
  HookToolError,
  HookToolNotFoundError,
  HookToolOutputError,
  HookToolPermissionError,
  HookToolTimeoutError,
  HookToolUnsupportedError,
  HookToolUsageError,
  type MissingThing,
} from './errors.ts';
export { HookToolUnavailableError } from './hook-tool.ts';
