export { Harness } from './harness/harness.ts';
export type { HarnessOptions, InitialHooksOptions } from './harness/options.ts';
export type { NetworkOptions } from './harness/pod.ts';
export type { OciResource } from './harness/storage.ts';
export type { ExecHandler, ExecResult, ExecutedCall } from './exec-handlers.ts';

export { eachToolFails, type Disturbed } from './hostile/each-tool-fails.ts';
export { hostileBags, hostileTexts } from './hostile/texts.ts';

export { Context, type ContextOptions, type TransitionOptions } from './transition/context.ts';
export type { Occasions, UnitDetails } from './transition/occasions.ts';
export type { ContainerActivity } from './transition/container-activity.ts';
export type { Visit, Visitor } from './transition/visit.ts';
export type { DeliveredEvent, TransitionResult } from './transition/transition-result.ts';
export type {
  ContainerParts,
  ServiceState,
  StateContainer,
  StateFile,
  StateCheck,
  StateExec,
} from './state/container.ts';
export { exec } from './state/container.ts';
export { filesFrom, layerFromRockcraft } from './state/from-files.ts';
export type { NoticeParts, StateNotice } from './state/notice.ts';
export { deferred, type DeferralParts } from './state/deferred-event.ts';
export type { JujuOccasion } from './state/occasion.ts';
export {
  peerRelation,
  relation,
  type Bag,
  type PeerRelationParts,
  type RelationParts,
  type StateRelation,
} from './state/relation.ts';
export {
  secret,
  type SecretParts,
  type SecretValues,
  type StateSecret,
  type StateSecretGrant,
  type StateSecretRevision,
} from './state/secret.ts';
export {
  later,
  onlyRelation,
  onlySecret,
  relationIn,
  secretIn,
  storage,
  stored,
  withContainer,
  withFiles,
  withoutRelation,
  withRelation,
  type BindingName,
  type RelationChanges,
  type ResourceName,
  type State,
  type StateParts,
  type StateModel,
  type StateStatus,
  type StateStorage,
  type StorageName,
} from './state/state.ts';

export type { EventDetails } from './event-hook.ts';
export type { AnsweredCall, HookToolFault } from './hook-tool-calls.ts';
export type { ActionName, ConfigChanges, ContainerName, EndpointName, EventName } from './names.ts';
export type { PebbleFault } from './pebble-faults.ts';
export type { ContainerFile, ContainerImage, PretendContainer } from './pretend-container.ts';
export type { BagChanges, RelationSetup } from './relation-setup.ts';
export type { ActionResult, LogLine, RunResult } from './run-result.ts';

export { misnamedActions } from '../flowchart/action-names.ts';
export {
  chartCoverage,
  printCoverageChart,
  printCoverageTable,
  type ChartCoverage,
} from '../flowchart/coverage.ts';
export { compare, type Difference } from '../flowchart/compare.ts';
export { arrowText, type Graph, type GraphArrow, type GraphNode } from '../flowchart/graph.ts';
export { parseMermaid } from '../flowchart/mermaid-parser.ts';
export { printMermaid } from '../flowchart/mermaid.ts';
export { pathsOf, unwalkedArrows } from '../flowchart/paths.ts';

export type { BoundNetwork } from '../simulator/state/bound-network.ts';
export type { Accounts } from '../simulator/pebble/accounts.ts';
export type { PretendProcess, PretendProgram } from '../simulator/pebble/pretend-launcher.ts';

export {
  DispatchFailedError,
  HarnessStateError,
  InconsistentStateError,
  NoSuchRelationError,
  NoSuchSecretError,
  NotDeclaredError,
  ReemissionFailedError,
  UnexpectedSuccessError,
  UnknownCommandError,
  UnreadableSourceError,
  UnstartableServiceError,
} from './errors.ts';
