import * as z from 'zod/mini';
import type { AssumesExpression } from '../metadata.ts';
import { isMapping } from './file-section.ts';
import { didYouMean } from './suggest.ts';

/** A feature, perhaps with a version, or `any-of` or `all-of` a list of such, nested as one likes. */
export function assumesSchema(): z.ZodMiniType<AssumesExpression> {
  return z.custom<AssumesExpression>().check(
    z.check(({ value, issues }) => {
      for (const { path, message } of problemsOf(value, [])) {
        issues.push({ code: 'custom', input: value, path, message });
      }
    }),
  );
}

interface Problem {
  readonly path: PropertyKey[];
  readonly message: string;
}

const feature = /^[a-z][a-z0-9-]*?[a-z0-9]+(\s*(>=|<)\s*\d+(\.\d+)?([.-][\w.]+)*)?$/;

function problemsOf(value: unknown, path: PropertyKey[]): Problem[] {
  if (typeof value === 'string') {
    if (feature.test(value.trim())) return [];
    const message = `${JSON.stringify(value)} is not a feature, such as "juju >= 3.6" or "k8s-api"`;
    return [{ path, message }];
  }
  const keys = isMapping(value) ? Object.keys(value) : [];
  const [key] = keys;
  if (!isMapping(value) || key === undefined || keys.length > 1) {
    return [{ path, message: 'must be a feature, or a mapping with one key, any-of or all-of' }];
  }
  if (key !== 'any-of' && key !== 'all-of') {
    const hint = didYouMean(key, ['any-of', 'all-of']);
    return [{ path: [...path, key], message: `is neither any-of nor all-of${hint}` }];
  }
  const list = value[key];
  if (!Array.isArray(list)) return [{ path: [...path, key], message: 'must be a list' }];
  return list.flatMap((item: unknown, index) => problemsOf(item, [...path, key, index]));
}
