import { HookToolArgumentError } from './errors.ts';

/** Characters that a YAML reader refuses, or takes for a line break, where JSON lets them stand. */
const risky = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Juju's YAML reader does not find the end of a key that is longer, its quotes included. */
const longestKey = 1024;

/**
 * Strings as input for a tool that reads YAML (`--file -`). It is JSON, which YAML nearly contains:
 * what differs is written as an escape, so that every value arrives as it is.
 *
 * @throws {HookToolArgumentError} for what no YAML can hold: half of a surrogate pair, a key of
 * more than 1000 characters. It names the key, and never shows a value.
 */
export function yamlInput(tool: string, values: Readonly<Record<string, string>>): string {
  for (const [key, value] of Object.entries(values)) {
    if (quoted(key).length > longestKey) {
      throw new HookToolArgumentError(tool, `Juju cannot read a key of ${key.length} characters.`);
    }
    if (!key.isWellFormed() || !value.isWellFormed()) {
      throw new HookToolArgumentError(
        tool,
        `the text at ${JSON.stringify(key)} is not Unicode: it holds half of a surrogate pair. Encode binary data first, as base64 for example.`,
      );
    }
  }
  return quoted(values);
}

function quoted(value: string | Readonly<Record<string, string>>): string {
  return JSON.stringify(value).replaceAll(
    risky,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
