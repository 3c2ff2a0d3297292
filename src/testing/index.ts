export { Harness, type HarnessOptions, type InitialHooksOptions } from './harness.ts';

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

export type { Accounts } from '../simulator/pebble/accounts.ts';
export type { PretendProcess, PretendProgram } from '../simulator/pebble/pretend-launcher.ts';

export {
  DispatchFailedError,
  HarnessStateError,
  NotDeclaredError,
  ReemissionFailedError,
  UnexpectedSuccessError,
} from './errors.ts';
