import type { Framework } from '../../framework/framework.ts';
import type { State } from '../state/state.ts';

/**
 * What is odd about stored state, as far as it takes a charm to tell: a path that none of its objects
 * has. An object that is made later, or by an older revision of the charm, may have it.
 */
export function storedWarnings({ storedPaths }: Framework, stored: State['stored']): string[] {
  return Object.keys(stored).flatMap((path) => {
    if (storedPaths.includes(path)) return [];
    const known = storedPaths.length === 0 ? 'no stored state' : storedPaths.join(', ');
    return [
      `"${path}" is stored, and no object of the charm has it: there is ${known}. Correct the path, unless the object is made in a handler.`,
    ];
  });
}
