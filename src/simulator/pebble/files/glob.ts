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
        const from = literal();
        let to = from;
        if (characters[0] === '-') {
          next();
          to = literal();
        }
        // A range that runs backwards matches nothing.
        source += isAfter(from, to) ? '' : `${from}-${to}`;
      } while (characters[0] !== ']');
      source += next();
    } else {
      source += escape(character);
    }
  }
  return new RegExp(`^${source}$`, 'u');
}

/** @param escaped perhaps with a backslash before it. */
function isAfter(escaped: string, other: string): boolean {
  return (escaped.at(-1) ?? '') > (other.at(-1) ?? '');
}

function escape(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/u, '\\$&');
}
