import type { CharmMeta } from '../../charm/metadata.ts';
import { ReemissionFailedError } from '../errors.ts';
import type { AnsweredCall } from '../hook-tool-calls.ts';
import type { Harness } from '../harness/harness.ts';

/** Of a harness, what a disturbance needs. */
type Disturbable = Pick<
  Harness<CharmMeta>,
  'runs' | 'failedHook' | 'failHookTool' | 'retryFailedHook' | 'advance' | 'close'
>;

/** What happens to a unit, and what must hold however it is disturbed. */
export interface Disturbed<H extends Disturbable> {
  /** Makes a unit to which it can happen. It is called anew for each disturbance. */
  readonly before: () => Promise<H>;
  readonly happen: (harness: H) => Promise<unknown>;
  /** Looks at the unit after the disturbance, when Juju has retried what failed. */
  readonly after: (harness: H, failed: AnsweredCall) => void | Promise<void>;
}

/** What tools say where it is not that Juju cannot be reached. */
const words: Readonly<Record<string, string>> = {
  'is-leader': 'leadership status unknown',
  'relation-set': 'cannot read relation settings',
};

/**
 * Lets something happen to a unit once for each call of a hook tool that it brings about, apart from
 * juju-log, with which dispatches themselves put up. That call
 * fails, once, in Juju's words; where the hook failed of it, Juju runs it again, and then all that is
 * due. What was deferred has its next chance in the next hook, which `after` may run.
 *
 * @returns how many calls were made to fail
 * @throws whatever `after` throws, and what the charm threw without a failed hook
 * @example
 * ```ts
 * await eachToolFails({
 *   before: async () => await begun(),
 *   happen: (harness) => harness.updateConfig({ port: 8080 }),
 *   after: (harness) => expect(harness.openedPorts).toEqual(['8080/tcp']),
 * });
 * ```
 */
export async function eachToolFails<H extends Disturbable>({
  before,
  happen,
  after,
}: Disturbed<H>): Promise<number> {
  const calls = await callsOf(await before(), happen);
  for (const [index, call] of calls.entries()) {
    const harness = await before();
    const earlier = calls.slice(0, index).filter(({ tool }) => tool === call.tool).length;
    let seen = 0;
    const heal = harness.failHookTool(call.tool, {
      message: words[call.tool] ?? 'connection is shut down',
      times: 1,
      when: () => {
        seen += 1;
        return seen > earlier;
      },
    });
    try {
      await happen(harness);
    } catch (error) {
      // A deferred event whose handler threw is kept, and comes again.
      const isKept = error instanceof ReemissionFailedError;
      if (!isKept && harness.failedHook === undefined) throw error;
    }
    heal();
    while (harness.failedHook !== undefined) await harness.retryFailedHook();
    // What was due behind a handler that threw.
    await harness.advance(0);
    await after(harness, call);
    await harness.close();
  }
  return calls.length;
}

/** Every call of a hook tool that it brings about when nothing disturbs it; lines of the log aside. */
async function callsOf<H extends Disturbable>(
  harness: H,
  happen: (harness: H) => Promise<unknown>,
): Promise<AnsweredCall[]> {
  const before = harness.runs.length;
  await happen(harness);
  const calls = harness.runs.slice(before).flatMap(({ hookToolCalls }) => hookToolCalls);
  await harness.close();
  return calls.filter(({ tool }) => tool !== 'juju-log');
}
