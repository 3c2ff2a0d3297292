import { constant, constantFrom, record, type Arbitrary } from 'fast-check';
import { hostileTexts } from '../hostile/texts.ts';
import type { BagChanges } from '../relation-setup.ts';
import type { Bag } from '../state/relation.ts';

/**
 * What an application may write that is broken, or not to be trusted: a usable databag, any of whose
 * values may be missing or hostile.
 *
 * @example
 * ```ts
 * remotes: { db: { apps: ['mysql'], appData: hostileData({ host: 'db.local', port: '3306' }) } }
 * ```
 */
export function hostileData(usable: Bag): Arbitrary<BagChanges> {
  const texts = constantFrom(...Object.values(hostileTexts));
  const values = Object.entries(usable).map(([key, value]) => {
    const choice = constantFrom('usable', 'usable', 'missing', 'hostile', 'behind');
    const either = choice.chain((kind): Arbitrary<string | undefined> => {
      if (kind === 'usable') return constant(value);
      if (kind === 'missing') return constant(undefined);
      return kind === 'hostile' ? texts : texts.map((text) => `${value}${text}`);
    });
    return [key, either] as const;
  });
  return record(Object.fromEntries(values));
}
