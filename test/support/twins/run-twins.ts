import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Reply } from './canned-juju.ts';
import { answersOf, hookEnvironment, type About, type CannedModel } from './hook.ts';
import { startPebbles } from './pebbles.ts';
import {
  charmwrightTwin,
  opsTwin,
  pythonWithOps,
  type HookEnd,
  type HookOrder,
  type Twin,
} from './twin.ts';
import { writesOf } from './writes.ts';

/** How a twin ended a hook, as far as Juju can tell. */
export interface Outcome {
  /** @default 0 */
  readonly exit?: number;
  /** What it wrote, as `writesOf` puts it. */
  readonly writes: readonly string[];
}

/** A hook that both twins are given, and what they make of it. */
export interface TwinHook extends Outcome {
  /** `start` for `hooks/start`; an action with its folder, as in `actions/report`. */
  readonly hook: string;
  readonly about?: About;
  readonly model?: CannedModel;
  /** Where ops does something else. */
  readonly differs?: Difference;
}

/** A difference on purpose. */
export interface Difference {
  /** What charmwright does, and why. */
  readonly why: string;
  /** What ops makes of it. */
  readonly ops?: Outcome;
  /** How many hook tools charmwright may call more than ops in this hook. @default 0 */
  readonly moreCalls?: number;
}

/** Hooks of one unit, in order; its state is kept from each to the next. */
export interface TwinCase {
  /** The scene of the two charms that plays. */
  readonly scene: string;
  readonly hooks: readonly TwinHook[];
  /** Files that both charms have beside their own, executable where they begin with `#!`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Variables of the environment that both get in all hooks. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where both keep deferred events and stored state. @default a file */
  readonly state?: 'controller';
  /** Whether a Pebble answers in the container `web`, each twin's own. @default false */
  readonly pebble?: boolean;
}

const lacks = pythonWithOps === undefined ? ' (skipped: python3 has no ops here)' : '';

/** A group of cases. @param define is given the function that declares one. */
export function describeTwins(
  what: string,
  define: (same: (title: string, given: TwinCase) => void) => void,
): void {
  describe.skipIf(pythonWithOps === undefined)(`${what}${lacks}`, () => {
    let folder: string;
    let charmwright: Twin;
    let ops: Twin;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'charmwright-twins-'));
      charmwright = await charmwrightTwin(join(folder, 'packed'));
      ops = opsTwin(pythonWithOps ?? '');
    });

    afterAll(async () => {
      await ops.close();
      rmSync(folder, { recursive: true, force: true });
    });

    define((title, given) => {
      // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- each case has its own, and `judge` asserts
      it(title, async () => {
        const units = mkdtempSync(join(folder, 'units-'));
        const ours = charmwright.install(join(units, 'charmwright'), given.files);
        const theirs = ops.install(join(units, 'ops'), given.files);
        const pebbles = given.pebble === true ? await startPebbles(units) : [];
        try {
          for (const [index, hook] of given.hooks.entries()) {
            const ends = await Promise.all(
              [ours, theirs].map((twin, of) => twin.run(orderOf(hook, given, pebbles[of]?.env))),
            );
            judge(`hook ${index + 1}, ${hook.hook}`, hook, given, ends);
          }
        } finally {
          await Promise.all(pebbles.map(({ stop }) => stop()));
        }
      });
    });
  });
}

function orderOf(
  { hook, about = {}, model = {} }: TwinHook,
  { scene, env, state }: TwinCase,
  ofPebble: Readonly<Record<string, string>> = {},
): HookOrder {
  const path = hook.includes('/') ? hook : `hooks/${hook}`;
  return {
    env: {
      ...hookEnvironment(path, about),
      ...env,
      ...ofPebble,
      TWIN_SCENE: scene,
      TWIN_STATE: state ?? '',
    },
    keepsState: state === 'controller',
    answers: answersOf(model, (why) => Reply.refusal(why)),
  };
}

function judge(
  which: string,
  hook: TwinHook,
  { state }: TwinCase,
  [ours, theirs]: readonly HookEnd[],
): void {
  if (ours === undefined || theirs === undefined) throw new TypeError('two ends are compared');
  const ownState = state === 'controller';
  const { writes, exit = 0, differs } = hook;
  const story = `${which}\n--- charmwright\n${storyOf(ours)}\n--- ops\n${storyOf(theirs)}\n`;
  expect(outcomeOf(ours, ownState), `${story}charmwright`).toEqual({ exit, writes });
  const expected = { exit, ...(differs?.ops ?? { writes }) };
  expect(outcomeOf(theirs, ownState), `${story}ops`).toEqual({
    exit: expected.exit,
    writes: expected.writes,
  });
  const more = differs?.moreCalls ?? 0;
  expect(count(ours), `${story}calls of charmwright`).toBeLessThanOrEqual(count(theirs) + more);
  expect(logCount(ours), `${story}log calls of charmwright`).toBeLessThanOrEqual(logCount(theirs));
}

function outcomeOf({ exit, calls }: HookEnd, ownState: boolean): Required<Outcome> {
  return { exit, writes: writesOf(calls, { hookSucceeded: exit === 0, ownState }) };
}

function isLog({ tool }: HookEnd['calls'][number]): boolean {
  return tool === 'juju-log';
}

function count({ calls }: HookEnd): number {
  return calls.filter((call) => !isLog(call)).length;
}

function logCount({ calls }: HookEnd): number {
  return calls.filter(isLog).length;
}

function storyOf({ calls, output }: HookEnd): string {
  const lines = calls.map(({ tool, args, stdin }) =>
    [tool, ...args].join(' ').concat(stdin === '' ? '' : ` < ${stdin}`),
  );
  return [...lines, output].join('\n');
}
