import { messageOf } from '../../errors.ts';
import type { ActionEnd } from '../../simulator/action.ts';
import type { HookRun } from '../../simulator/hook-run.ts';
import type { DispatchEnd } from './dispatch-process.ts';

/** How a run of a hook ended for Juju. */
export interface Conclusion {
  /**
   * - `committed`: it succeeded, and what it wrote is in the model;
   * - `skipped`: the charm has nothing to run for it, which counts as success;
   * - `failed`: the process failed, or Juju refused what it wrote;
   * - `requeued`: the process was killed, or asked for a reboot at once, and the hook is due again.
   */
  readonly outcome: 'committed' | 'skipped' | 'failed' | 'requeued';
  /** Why it failed. */
  readonly reason?: string;
}

/** Ends the run in the model as its process ended. */
export function conclude(run: HookRun, end: DispatchEnd): Conclusion {
  if (run.reboot === 'now') {
    run.requeue();
    return { outcome: 'requeued', reason: 'juju-reboot --now' };
  }
  if (end.how === 'exited' && end.code === 0) return settled(run, run.commit());
  if (end.how === 'exited') return settled(run, run.fail(`exit status ${String(end.code)}`));
  if (end.how === 'not-started') return settled(run, run.fail(messageOf(end.cause)));
  if (end.signal === 'SIGTERM' || end.signal === 'SIGKILL') {
    run.requeue();
    return { outcome: 'requeued', reason: `killed by ${end.signal}` };
  }
  return settled(run, run.fail(`killed by ${end.signal}`));
}

/** How an action's process ended; a killed one has no exit code, for which Go says -1. */
export function actionEnd(end: DispatchEnd): ActionEnd {
  if (end.how === 'exited') return { exitCode: end.code };
  const failure = end.how === 'killed' ? `killed by ${end.signal}` : messageOf(end.cause);
  return { exitCode: -1, failure };
}

/** What became of a run in the model; a failure is in the log as well. */
export function settled(
  run: HookRun,
  outcome: ReturnType<HookRun['commit']>,
  success: 'committed' | 'skipped' = 'committed',
): Conclusion {
  if (outcome.committed) return { outcome: success };
  run.log('ERROR', `hook "${run.name}" failed: ${outcome.reason}`);
  return { outcome: 'failed', reason: outcome.reason };
}
