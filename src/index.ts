export { Charm, type CharmArgs, type CharmClass, type CharmRuntime } from './charm/charm.ts';
export type { CharmMeta } from './charm/metadata.ts';
export type { CharmEvents, EventsOf } from './charm/events/catalogue.ts';
export { ActionEvent, type ParamsOptions, type ParamsSchema } from './charm/events/action.ts';
export type { ActionParams } from './charm/action-params.ts';
export {
  CollectAppStatusEvent,
  CollectStatusEvent,
  CollectUnitStatusEvent,
} from './charm/events/collect-status.ts';
export {
  ConfigChangedEvent,
  InstallEvent,
  LeaderElectedEvent,
  LeaderSettingsChangedEvent,
  PostSeriesUpgradeEvent,
  PreSeriesUpgradeEvent,
  RemoveEvent,
  StartEvent,
  StopEvent,
  UpdateStatusEvent,
  UpgradeCharmEvent,
} from './charm/events/lifecycle.ts';
export {
  RelationBrokenEvent,
  RelationChangedEvent,
  RelationCreatedEvent,
  RelationDepartedEvent,
  RelationEvent,
  RelationJoinedEvent,
} from './charm/events/relation.ts';
export {
  SecretChangedEvent,
  SecretExpiredEvent,
  SecretRemoveEvent,
  SecretRotateEvent,
} from './charm/events/secret.ts';
export {
  StorageAttachedEvent,
  StorageDetachingEvent,
  StorageEvent,
} from './charm/events/storage.ts';
export {
  PebbleCheckFailedEvent,
  PebbleCheckRecoveredEvent,
  PebbleCustomNoticeEvent,
  PebbleReadyEvent,
  WorkloadEvent,
} from './charm/events/workload.ts';

export { main, type MainOptions } from './dispatch/main.ts';
export { stateFileName, type StateOptions } from './dispatch/open-store.ts';
export { readKeptDeferred } from './dispatch/read-kept-deferred.ts';
export { LegacyHookError } from './dispatch/legacy-hook.ts';
export { StateChangedError, StateTooLargeError } from './dispatch/state-errors.ts';

export { Application, type PlannedUnits } from './model/application.ts';
export type { Config, ConfigValues, OptionValue, ParsedConfig } from './model/config.ts';
export { Container } from './model/container.ts';
export {
  Databag,
  WritableDatabag,
  type DatabagChanges,
  type DatabagSchema,
} from './model/databag.ts';
export {
  databagForm,
  jsonFields,
  textFields,
  type DatabagCodec,
  type DatabagForm,
} from './model/databag-form.ts';
export { Model } from './model/model.ts';
export type { PortOptions } from './model/ports.ts';
export { Relation, type RelationPhase, type RelationRole } from './model/relation.ts';
export { RemoteApplication, RemoteUnit } from './model/remote.ts';
export { SecretContentError } from './model/secret-content.ts';
export type { Duration, SecretOptions } from './model/secret-settings.ts';
export { ObservedSecret, OwnedSecret } from './model/secret.ts';
export type { OwnedSelection, SecretSelection } from './model/secrets.ts';
export {
  ActiveStatus,
  BlockedStatus,
  MaintenanceStatus,
  Status,
  WaitingStatus,
} from './model/status.ts';
export type { Storage, Storages } from './model/storage.ts';
export { Unit } from './model/unit.ts';

export { Abort } from './framework/abort.ts';
export {
  CharmEvent,
  DeferrableEvent,
  type Deferred,
  type EventHistory,
} from './framework/event.ts';
export { gone, type EventKind, type Gone } from './framework/event-kind.ts';
export type { DeferredEntry } from './framework/deferral-queue.ts';
export type { EventSource } from './framework/event-source.ts';
export type { Framework } from './framework/framework.ts';
export type { Handler, HandlerObject, HandlerResult } from './framework/handler.ts';
export type { Json } from './framework/json.ts';
export type { Emitter, Observer } from './framework/observer.ts';
export type { Participant } from './framework/participant.ts';
export type { PayloadEvent, PayloadSource } from './framework/payload-event.ts';
export { readDeferred } from './framework/read-deferred.ts';
export type { StoredState, StoredStateOptions } from './framework/stored-state.ts';
export type { Visit, Walk } from './framework/walk.ts';

export { answer, no, yes, type Answer, type No, type Yes } from './flowchart/answer.ts';
export { decision } from './flowchart/decision.ts';
export { defer, end } from './flowchart/end.ts';
export { flowchart, type Flowchart } from './flowchart/flowchart.ts';
export { entry, step } from './flowchart/node.ts';

export { CharmwrightError, messageOf } from './errors.ts';
export { ActionParamsError, EventDataError } from './charm/errors.ts';
export {
  FlowchartError,
  InvalidChartError,
  MermaidSyntaxError,
  UnknownAnswerError,
} from './flowchart/errors.ts';
export {
  AlreadyReemittedError,
  AnonymousHandlerError,
  CorruptStateError,
  DuplicateHandlerError,
  DuplicatePathError,
  ForeignDeferralError,
  ForeignEventError,
  ForeignHandlerError,
  FrameworkError,
  InvalidPayloadError,
  InvalidStoredStateError,
  NewerStateError,
  NewerStoredStateError,
  StateFileError,
} from './framework/errors.ts';
export { NotJsonError } from './framework/json.ts';
export type { CloudCredential, CloudSpec } from './juju/tools/credential.ts';
export type { Goal, GoalState } from './juju/tools/goal-state.ts';
export type { NetworkAddress, NetworkInterface, NetworkReading } from './juju/tools/network.ts';
export type { IcmpPort, Port, TransportPort } from './juju/tools/ports.ts';
export type { SecretContent } from './juju/tools/secret-content.ts';
export type { SecretInfo } from './juju/tools/secret.ts';
export type { SecretRotation } from './juju/tools/secret-write.ts';
export type { StatusReading } from './juju/tools/status.ts';
export { JujuVersion } from './juju/version.ts';
export { JujuContextError } from './juju/context.ts';
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
} from './juju/errors.ts';
export {
  AgentSocketUnavailableError,
  HookToolOutcomeUnknownError,
  HookToolTransportError,
} from './juju/agent-socket-errors.ts';
export { HookToolUnavailableError } from './juju/hook-tool.ts';
export {
  ConfigValueError,
  DatabagAccessError,
  DatabagValueError,
  InvalidDatabagError,
  NotLeaderError,
  RelationGoneError,
  TooManyRelationsError,
  UndeclaredNameError,
} from './model/errors.ts';
