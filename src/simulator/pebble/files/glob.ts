import { CharmwrightError } from '../../../errors.ts';

/** A pattern that cannot be read. */
export class GlobSyntaxError extends CharmwrightError {
  readonly code = 'glob-syntax';
}

/**
 * Reads a pattern as Go's `path.Match` does: `*` and `?` do not match a slash, `[a-z]` and
 * `[^a-z]` are classes, and a backslash takes the next character as it is.
 *
 * @throws {GlobSyntaxError}
 */
export function parseGlob(pattern: string): RegExp {
  const characters = Array.from(pattern);
  let source = '';
  const next = (): string => {
    const character = characters.shift();
    if (character === undefined) {
      throw new GlobSyntaxError('syntax error in pattern');
    }
    return character;
  };
  const literal = (): string => {
    const character = next();
    if (character === '\\') {
      return escape(next());
    }
    if (character === '-' || character === ']') {
      throw new GlobSyntaxError('syntax error in pattern');
    }
    return escape(character);
  };
  while (characters.length > 0) {
    const character = next();
    if (character === '*') {
      source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '\\') {
      source += escape(next());
    } else if (character === '[') {
      source += '[';
      if (characters[0] === '^') {
        source += next();
      }
      do {
        source += literal();
        if (characters[0] === '-') {
          next();
          source += `-${literal()}`;
        }
      } while (characters[0] !== ']');
      source += next();
    } else {
      source += escape(character);
    }
  }
  return new RegExp(`^${source}$`, 'u');
}

function escape(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/u, '\\$&');
}
