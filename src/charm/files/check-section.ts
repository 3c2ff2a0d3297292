import * as z from 'zod/mini';
import type { CharmFileIssue } from './charm-file-error.ts';
import { fieldOf, isMapping, type FileSection } from './file-section.ts';
import { didYouMean, nearestWord } from './suggest.ts';
import type { YamlPath } from './yaml-file.ts';

/** What a section says, or why Juju would not take it. */
export interface Checked<T> {
  readonly data: T | undefined;
  readonly issues: readonly CharmFileIssue[];
}

/**
 * Checks a section against its schema, and says of each mistake what was probably meant. Of a
 * file that could not be read there is nothing more to say.
 */
export function checkSection<T>(section: FileSection, schema: z.ZodMiniType<T>): Checked<T> {
  if (section.file.issues.length > 0) return { data: undefined, issues: [] };
  const result = schema.safeParse(section.value, { error: z.locales.en().localeError });
  if (result.success) return { data: result.data, issues: [] };
  const issues = result.error.issues.map((issue) =>
    section.issue(issue.path, problemOf(section.value, issue)),
  );
  return { data: undefined, issues };
}

function problemOf(root: unknown, issue: z.core.$ZodIssue): string {
  const value = valueAt(root, issue.path);
  if (value === undefined && issue.code !== 'custom') return missing(root, issue.path);
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map(String);
    const hint = typeof value === 'string' ? didYouMean(value, choices) : '';
    return `${JSON.stringify(value)} is none of ${choices.join(', ')}${hint}`;
  }
  if (value === null && issue.code === 'invalid_type') {
    return `is empty, and Juju expects ${nameOf(issue.expected)}${adviceFor(issue.expected)}`;
  }
  if (issue.code === 'invalid_type') {
    return `is ${kindOf(value)}, and Juju expects ${nameOf(issue.expected)}`;
  }
  return issue.message;
}

function missing(root: unknown, path: YamlPath): string {
  const key = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1));
  if (typeof key !== 'string' || !isMapping(parent)) return 'is missing';
  const meant = Object.keys(parent).find((present) => nearestWord(present, [key]) === key);
  return meant === undefined
    ? 'is missing'
    : `is missing (did you mean ${JSON.stringify(key)} where it says ${JSON.stringify(meant)}?)`;
}

function valueAt(root: unknown, path: YamlPath): unknown {
  let value = root;
  for (const key of path) {
    value = Array.isArray(value) ? value[Number(key)] : fieldOf(value, String(key));
  }
  return value;
}

function nameOf(expected: string): string {
  switch (expected) {
    case 'record':
    case 'object':
      return 'a mapping';
    case 'array':
      return 'a list';
    case 'string':
      return 'text';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    default:
      return `a ${expected}`;
  }
}

function adviceFor(expected: string): string {
  return expected === 'record' || expected === 'object' ? '. Write {}, or take the key out' : '';
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'object':
      return 'a mapping';
    case 'string':
      return 'text';
    case 'boolean':
      return `the truth value ${value} (quote it for text)`;
    case 'number':
      return `the number ${value} (quote it for text)`;
    default:
      return `a ${typeof value}`;
  }
}
