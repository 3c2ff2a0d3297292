import type { DeferredEntry } from '../framework/deferral-queue.ts';
import type { Walk } from '../framework/walk.ts';
import type { ActionReport } from '../simulator/action.ts';
import type { Hook } from '../simulator/hook.ts';
import type { LogLevel } from '../simulator/juju-event.ts';
import type { AnsweredCall } from './hook-tool-calls.ts';

/** A line that the charm logged. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
}

/** All that one dispatch did. */
export interface RunResult {
  /** Juju's name of the event. */
  readonly event: string;
  readonly hook: Hook;
  /** 0, or what Juju would take for a failed hook. */
  readonly exitCode: number;
  /** Every run of a flowchart, in order; those of re-emissions come first. */
  readonly walks: readonly Walk[];
  /** The walks as lines, such as `start: is_container=no defer`. */
  readonly paths: readonly string[];
  /** The whole queue after the dispatch, oldest first. */
  readonly deferred: readonly DeferredEntry[];
  /** What the event's own handler threw. */
  readonly error?: unknown;
  readonly hookToolCalls: readonly AnsweredCall[];
  readonly logs: readonly LogLine[];
}

/** How an action ended, as whoever ran it sees it, and what its dispatch did. */
export interface ActionResult extends ActionReport {
  readonly run: RunResult;
}

/** Deferred events whose handlers threw when this dispatch re-emitted them. */
export function failedReemissions(result: RunResult): readonly DeferredEntry[] {
  return result.deferred.filter(({ lastError }) => lastError !== undefined);
}
