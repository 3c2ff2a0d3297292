/**
 * Sequences of events that nobody thought of: fast-check makes them up, Juju's rules decide what can
 * happen, and what must always hold is checked after each hook.
 *
 * @module
 */
import { array, asyncProperty, check } from 'fast-check';

import type { Charm, CharmClass } from '../../charm/charm.ts';
import type { CharmMeta } from '../../charm/metadata.ts';
import { FailingSequenceError } from './errors.ts';
import { Play } from './play.ts';
import type { PlayOptions, SequenceOptions } from './sequence-options.ts';
import type { Step } from './step.ts';
import { stepsOf } from './steps.ts';

export type { Account, UnitAccount } from './account.ts';
export { hostileData } from './hostile-data.ts';
export { BrokenInvariantError, FailingSequenceError } from './errors.ts';
export type {
  Happenings,
  Invariant,
  OptionOf,
  PlayOptions,
  RemoteSide,
  SecretSource,
  SequenceOptions,
} from './sequence-options.ts';
export type { Breakage, OptionChange, Step } from './step.ts';

/** What was tried when nothing was found. */
export interface SequencesTried {
  readonly sequences: number;
  readonly seed: number;
  /** Steps that Juju allowed, in all sequences. */
  readonly steps: number;
}

/**
 * Throws sequences of legal events at units of a charm that share a model. After each hook it holds
 * that no handler threw and no deferral was lost, and all of the author's invariants; at the end of
 * each sequence also those for a model at rest.
 *
 * The environment variables `CHARMWRIGHT_SEQUENCES` (how many) and `CHARMWRIGHT_SEED` go before the
 * options.
 *
 * @throws {FailingSequenceError} with a script that is as short as it can be made, and the seed
 * @example
 * ```ts
 * await checkSequences(HelloCharm, {
 *   options: { port: fc.integer({ min: 1, max: 65_535 }) },
 *   always: {
 *     'no unit is blocked': ({ units }) => {
 *       for (const unit of units) expect(unit.status.status).not.toBe('blocked');
 *     },
 *   },
 * });
 * ```
 */
export async function checkSequences<M extends CharmMeta, C extends Charm<M>>(
  charmClass: CharmClass<M, C>,
  options: SequenceOptions<M, C>,
): Promise<SequencesTried> {
  const runs = numberFrom('CHARMWRIGHT_SEQUENCES') ?? options.runs ?? 50;
  const wanted = numberFrom('CHARMWRIGHT_SEED') ?? options.seed;
  let steps = 0;
  let failed: { readonly script: readonly Step[]; readonly cause: unknown } | undefined;
  const sequence = array(stepsOf(charmClass.meta, options), {
    maxLength: options.length ?? 30,
    size: 'max',
  });
  const property = asyncProperty(sequence, async (script) => {
    const play = new Play(charmClass, options);
    try {
      for (const step of script) await play.takeLike(step);
      await play.rest();
      steps += play.taken.length;
    } catch (error) {
      failed = { script: [...play.taken], cause: error };
      throw error;
    } finally {
      await play.close();
    }
  });
  const details = await check(property, {
    numRuns: runs,
    ...(wanted === undefined ? {} : { seed: wanted }),
  });
  const { seed, numRuns } = details;
  if (!details.failed || failed === undefined) return { sequences: numRuns, seed, steps };
  throw new FailingSequenceError({
    charm: charmClass.name,
    ...failed,
    seed,
    sequences: numRuns,
  });
}

/**
 * Plays a script that {@link checkSequences} printed, checks the same as it does, and returns the
 * steps that Juju allowed.
 *
 * @throws {BrokenInvariantError} for what does not hold
 */
export async function replay<M extends CharmMeta, C extends Charm<M>>(
  charmClass: CharmClass<M, C>,
  options: PlayOptions<M, C>,
  script: readonly Step[],
): Promise<readonly Step[]> {
  const play = new Play(charmClass, options);
  try {
    for (const step of script) await play.take(step);
    await play.rest();
    return play.taken;
  } finally {
    await play.close();
  }
}

function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  return text === undefined || text === '' ? undefined : Number(text);
}
