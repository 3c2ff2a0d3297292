import type { CharmMeta } from '../charm/metadata.ts';
import { UsageError } from './command.ts';

type OptionValue = string | number | boolean;

/**
 * Reads `name=value` words as a charm's options, each as the type that the charm declares.
 *
 * @throws {UsageError} for an option that the charm does not have, or a value of another type.
 */
export function readOptionArguments(
  words: readonly string[],
  options: CharmMeta['options'],
): Record<string, OptionValue> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, text] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (name === undefined || text === undefined) {
        throw new UsageError(`${JSON.stringify(word)} is not NAME=VALUE.`);
      }
      const option = Object.hasOwn(options, name) ? options[name] : undefined;
      if (option === undefined) {
        const known = Object.keys(options).join(', ') || 'none';
        throw new UsageError(`The charm has no option ${name}; it has ${known}.`);
      }
      return [name, valueOf(name, option.type, text)];
    }),
  );
}

function valueOf(name: string, type: string, text: string): OptionValue {
  switch (type) {
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      break;
    case 'int':
      if (/^[+-]?\d+$/.test(text)) return Number(text);
      break;
    case 'float':
      if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
      break;
    default:
      return text;
  }
  throw new UsageError(`The option ${name} takes a value of type ${type}, not ${text}.`);
}
