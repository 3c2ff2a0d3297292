import { parse } from 'yaml';
import { UsageError } from './command.ts';

/** The parameters of an action, nested where their keys are. */
interface Params {
  [key: string]: unknown;
}

/**
 * Reads `key=value` words as an action's parameters, as `juju run` does: values are YAML, and dots
 * in a key lead into maps.
 *
 * @throws {UsageError} for a word that is no key with its value, or a value that is not YAML
 */
export function readActionArguments(words: readonly string[]): Readonly<Record<string, unknown>> {
  const params: Params = {};
  for (const word of words) {
    const [, key, text] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (key === undefined || text === undefined) {
      throw new UsageError(`${JSON.stringify(word)} is not KEY=VALUE.`);
    }
    setWithin(params, key.split('.'), valueOf(key, text));
  }
  return params;
}

function setWithin(params: Params, keys: readonly string[], value: unknown): void {
  let map = params;
  for (const key of keys.slice(0, -1)) {
    const below = Object.hasOwn(map, key) ? map[key] : undefined;
    map = define(map, key, isParams(below) ? below : {});
  }
  define(map, keys.at(-1) ?? '', value);
}

/** Sets a key of the map's own, whatever it is called. */
function define<T>(map: Params, key: string, value: T): T {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

function isParams(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueOf(key: string, text: string): unknown {
  try {
    return text === '' ? '' : parse(text);
  } catch (error) {
    throw new UsageError(`The value of ${key} is not YAML: ${text}`, { cause: error });
  }
}
