/** Characters that a YAML reader refuses, or takes for a line break, where JSON lets them stand. */
const risky = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * Strings as input for a tool that reads YAML (`--file -`). It is JSON, which YAML nearly contains:
 * what differs is written as an escape, so that every value arrives as it is.
 */
export function yamlInput(values: Readonly<Record<string, string>>): string {
  return JSON.stringify(values).replaceAll(
    risky,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
