import { HookToolArgumentError } from '../errors.ts';

/** What an action gives back. Maps nest; to Juju every value is text. */
export interface ActionResults {
  readonly [key: string]: string | number | boolean | ActionResults;
}

const keyPattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** Juju sets these itself, and refuses them at every depth. */
const reserved: readonly string[] = ['stdout', 'stderr', 'stdout-encoding', 'stderr-encoding'];

/**
 * Results by their dotted keys: `{ backup: { id: 7 } }` is `backup.id` = `7`.
 *
 * @throws {HookToolArgumentError} for a key that Juju does not take, for one that is given twice,
 * and for a key that would be a value and a map at once, of which Juju keeps the last.
 */
export function flatResults(tool: string, results: ActionResults): ReadonlyMap<string, string> {
  const flat = new Map<string, string>();
  collect(tool, results, '', flat);
  for (const key of flat.keys()) {
    const above = parents(key).find((parent) => flat.has(parent));
    if (above !== undefined) {
      throw new HookToolArgumentError(
        tool,
        `${above} is a value, and with ${key} also a map. Of the two Juju would keep one.`,
      );
    }
  }
  return flat;
}

function collect(
  tool: string,
  results: ActionResults,
  prefix: string,
  into: Map<string, string>,
): void {
  for (const [name, value] of Object.entries(results)) {
    const key = `${prefix}${name}`;
    checkKey(tool, key);
    if (typeof value === 'object') {
      collect(tool, value, `${key}.`, into);
    } else if (into.has(key)) {
      throw new HookToolArgumentError(tool, `${key} is given twice, once with dots in its key.`);
    } else {
      into.set(key, String(value));
    }
  }
}

function checkKey(tool: string, key: string): void {
  // Juju would take it, and put the exit code of the hook in its place.
  if (key === 'return-code' || key.startsWith('return-code.')) {
    throw new HookToolArgumentError(
      tool,
      `Juju replaces return-code by the exit code of the hook. Choose another key.`,
    );
  }
  for (const part of key.split('.')) {
    if (!keyPattern.test(part)) {
      throw new HookToolArgumentError(
        tool,
        `Juju refuses the key ${JSON.stringify(key)}. Each part between dots is made of lower-case letters, digits and hyphens, with no hyphen at its ends.`,
      );
    }
    if (reserved.includes(part)) {
      throw new HookToolArgumentError(
        tool,
        `Juju keeps ${part} to itself and refuses the key ${JSON.stringify(key)}. Choose another.`,
      );
    }
  }
}

function parents(key: string): string[] {
  const parts = key.split('.');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('.'));
}
