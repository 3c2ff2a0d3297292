import { CharmwrightError } from '../../errors.ts';

/** A command that cannot be split. The message is Pebble's. */
export class CommandSyntaxError extends CharmwrightError {
  readonly code = 'command-syntax';
}

export interface Command {
  readonly fixed: readonly string[];
  /** The arguments in the trailing `[ … ]`. */
  readonly defaults: readonly string[];
}

/**
 * Splits a service's command as Pebble does: words in the manner of a shell, then an optional
 * `[ … ]` group of default arguments at the end.
 *
 * @throws {CommandSyntaxError}
 */
export function parseCommand(text: string): Command {
  const fixed: string[] = [];
  const defaults: string[] = [];
  let group: 'before' | 'inside' | 'after' = 'before';
  for (const word of splitWords(text)) {
    if (group === 'after') {
      throw new CommandSyntaxError('cannot have any arguments after [ ... ] group');
    }
    if (word === '[') {
      if (group === 'inside') {
        throw new CommandSyntaxError('cannot nest [ ... ] groups');
      }
      if (fixed.length === 0) {
        throw new CommandSyntaxError('cannot start command with [ ... ] group');
      }
      group = 'inside';
    } else if (word === ']') {
      if (group !== 'inside') {
        throw new CommandSyntaxError('cannot have ] outside of [ ... ] group');
      }
      group = 'after';
    } else {
      (group === 'inside' ? defaults : fixed).push(word);
    }
  }
  return { fixed, defaults };
}

/**
 * Splits text into words: blanks part them, `'…'` and `"…"` hold them together, a backslash takes
 * the next character as it is (not within single quotes), and `#` begins a comment where a word
 * could begin.
 *
 * @throws {CommandSyntaxError}
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  const characters = text[Symbol.iterator]();
  for (let next = characters.next(); !next.done; next = characters.next()) {
    const character = next.value;
    if (quote !== "'" && character === '\\') {
      const escaped = characters.next();
      if (escaped.done) {
        throw new CommandSyntaxError('EOF found after escape character');
      }
      word = (word ?? '') + escaped.value;
    } else if (quote !== '') {
      if (character === quote) {
        quote = '';
      } else {
        word = (word ?? '') + character;
      }
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) {
        words.push(word);
        word = undefined;
      }
    } else if (character === '#' && word === undefined) {
      for (let rest = characters.next(); !rest.done && rest.value !== '\n';) {
        rest = characters.next();
      }
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') {
    throw new CommandSyntaxError('EOF found when expecting closing quote');
  }
  return word === undefined ? words : [...words, word];
}
