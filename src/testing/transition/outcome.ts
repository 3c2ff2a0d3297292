import type { DispatchResult } from '../../dispatch/dispatch.ts';
import type { ActionReport } from '../../simulator/action.ts';
import type { HookOutcome, HookRun } from '../../simulator/hook-run.ts';
import type { Hook } from '../../simulator/hook.ts';
import { DispatchFailedError } from '../errors.ts';
import type { AnsweredCall } from '../hook-tool-calls.ts';

/** Ends a run as the agent does that sees how the dispatch exited. */
export function endRun(
  run: HookRun,
  hook: Hook,
  { exitCode }: DispatchResult,
  stderr: string,
): { readonly outcome: HookOutcome; readonly action?: ActionReport } {
  if (hook.kind === 'action') {
    const action = run.endAction({ exitCode, stderr });
    const committed = action.returnCode === 0;
    return {
      action,
      outcome: committed ? { committed } : { committed, reason: action.message },
    };
  }
  const outcome = exitCode === 0 ? run.commit() : run.fail(`the dispatch exited with ${exitCode}`);
  return { outcome };
}

/** The error of a run that ended well, and whose writes Juju would not take. */
export function lost(
  event: string,
  outcome: HookOutcome,
  { exitCode }: DispatchResult,
): DispatchFailedError | undefined {
  return outcome.committed || exitCode !== 0
    ? undefined
    : new DispatchFailedError(event, outcome.reason);
}

/** Every version that the charm has reported. */
export function versionsIn(calls: readonly AnsweredCall[]): string[] {
  return calls.flatMap(({ tool, args, reply }) =>
    tool === 'application-version-set' && reply.code === 0 ? args.slice(-1) : [],
  );
}
