import { parse } from 'yaml';
import type { DataChanges } from '../state/databag.ts';
import { RunFault, UsageFault } from './flags.ts';
import type { ToolContext } from './hook-tool.ts';

/** Positional `key=value` arguments; an empty value is kept as empty text. */
export function keyValues(args: readonly string[]): DataChanges {
  const changes = new Map<string, string>();
  for (const arg of args) {
    const at = arg.indexOf('=');
    if (at <= 0) {
      throw new UsageFault(`expected "key=value", got ${JSON.stringify(arg)}`);
    }
    const key = arg.slice(0, at);
    if (changes.has(key)) {
      throw new UsageFault(`key ${JSON.stringify(key)} specified more than once`);
    }
    changes.set(key, arg.slice(at + 1));
  }
  return Object.fromEntries(changes);
}

/** The map of text that a `--file` argument names, in YAML (so also in JSON). */
export function fileValues(context: ToolContext, file: string | undefined): DataChanges {
  if (file === undefined) return {};
  const text = context.readInput(file);
  let content: unknown;
  try {
    content = plainJson(text) ?? parse(text, { version: '1.1', schema: 'failsafe' });
  } catch (error) {
    throw new RunFault(`yaml: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (content === null || content === undefined || content === '') return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new RunFault('yaml: cannot unmarshal into map[string]string');
  }
  const changes = new Map<string, string>();
  for (const [key, value] of Object.entries(content)) {
    if (typeof value !== 'string') {
      throw new RunFault(`yaml: cannot unmarshal the value of ${JSON.stringify(key)} into string`);
    }
    changes.set(key, value);
  }
  return Object.fromEntries(changes);
}

/**
 * What YAML and JSON read alike, read as JSON, which is many times as quick: an object of printable
 * ASCII as `JSON.stringify` prints it, so with no key twice.
 */
function plainJson(text: string): unknown {
  if (!/^\{[\x20-\x7e]*\}$/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const texts = Object.values(value ?? {}).every((member) => typeof member === 'string');
    return texts && JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
