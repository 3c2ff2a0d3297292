import * as z from 'zod/mini';
import { isMapping } from './file-section.ts';
import { nearestWord } from './suggest.ts';

/** A mapping from names to things of one kind. */
export function namedThings<T extends z.ZodMiniType>(
  thing: T,
  name?: NameRule,
): z.ZodMiniType<Record<string, z.output<T>>> {
  const things = z.record(z.string(), thing);
  return name === undefined ? things : things.check(namesFit(name));
}

/** What names may look like. */
export interface NameRule {
  readonly pattern: RegExp;
  /** `must …` */
  readonly problem: string;
}

/** Names of charms and of storages. */
export const charmNameRule: NameRule = {
  pattern: /^[a-z][a-z0-9]*(-[a-z0-9]*[a-z][a-z0-9]*)*$/,
  problem: 'must be lower-case words joined by dashes, none of them only digits',
};

export const endpointNameRule: NameRule = {
  pattern: /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/,
  problem: 'must be lower-case words joined by dashes or underscores',
};

/** Kubernetes names the workload's container so. */
export const containerNameRule: NameRule = {
  pattern: /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  problem: 'must be at most 63 lower-case letters, digits and dashes, and no dash at an end',
};

export const actionNameRule: NameRule = {
  pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  problem: 'must be lower-case letters, digits and dashes, and no dash at an end',
};

function namesFit(rule: NameRule): z.core.$ZodCheck<Record<string, unknown>> {
  return z.check(({ value, issues }) => {
    for (const name of Object.keys(value)) {
      if (rule.pattern.test(name)) continue;
      issues.push({
        code: 'custom',
        input: value,
        path: [name],
        message: `the name ${rule.problem}`,
      });
    }
  });
}

/**
 * Finds unknown keys that are most likely slips of known ones that are absent: Juju would ignore
 * them without a word. Other unknown keys may come from a newer Juju.
 */
function noSlips(known: readonly string[]): z.core.$ZodCheck<unknown> {
  return z.check(({ value, issues }) => {
    if (!isMapping(value)) return;
    const absent = known.filter((key) => !Object.hasOwn(value, key));
    for (const key of Object.keys(value)) {
      const meant = known.includes(key) ? undefined : nearestWord(key, absent);
      if (meant === undefined) continue;
      issues.push({
        code: 'custom',
        input: value,
        path: [key],
        message: `is not a key that Juju knows (did you mean ${JSON.stringify(meant)}?)`,
      });
    }
  });
}

/** An object of which unknown keys are kept, unless they are slips of its own. */
export function object<T extends z.core.$ZodLooseShape>(
  shape: T,
): z.ZodMiniObject<T, z.core.$loose> {
  return z.looseObject(shape).check(noSlips(Object.keys(shape)));
}

/** A whole number, also one written as text. */
export function int(): z.ZodMiniType<number> {
  return z.pipe(
    z.transform((value) =>
      typeof value === 'string' && /^[+-]?(0|[1-9]\d*)$/.test(value) ? Number(value) : value,
    ),
    z.int(),
  );
}

const words: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false])),
};

/** A truth value, also one written as text in a way that Go would parse. */
export function bool(): z.ZodMiniType<boolean> {
  return z.pipe(
    z.transform((value) => (typeof value === 'string' ? (words[value] ?? value) : value)),
    z.boolean(),
  );
}
