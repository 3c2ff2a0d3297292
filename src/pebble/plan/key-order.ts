/**
 * Compares names in the order in which Pebble prints them: by character, but runs of digits as
 * numbers, so that `web2` comes before `web10`, and letters after what is none.
 */
export function compareKeys(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const at = left.findIndex((character, index) => character !== right[index]);
  const [one, other] = [left[at], right[at]];
  if (at === -1 || one === undefined || other === undefined) {
    return left.length - right.length;
  }
  const isOneLetter = letter.test(one);
  if (isOneLetter !== letter.test(other)) {
    // A number ends where a letter begins, so that `1a` comes before `10`.
    return isOneLetter === digit.test(left[at - 1] ?? '') ? -1 : 1;
  }
  if (!isOneLetter) {
    const isWithin = (one === '0' || other === '0') && hasLeadingDigit(left, at);
    const [first, second] = [digitsFrom(left, at, isWithin), digitsFrom(right, at, isWithin)];
    if (first.value !== second.value || first.length !== second.length) {
      return first.value - second.value || first.length - second.length;
    }
  }
  return (one.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
}

const letter = /^\p{L}$/u;
const digit = /^\p{Nd}$/u;

/** Whether the digits before a place have one that is not 0. */
function hasLeadingDigit(characters: readonly string[], at: number): boolean {
  let index = at - 1;
  while (digit.test(characters[index] ?? '')) {
    if (characters[index] !== '0') {
      return true;
    }
    index--;
  }
  return false;
}

/** @param isWithin whether digits before, which count, are left out. */
function digitsFrom(
  characters: readonly string[],
  from: number,
  isWithin: boolean,
): { readonly value: number; readonly length: number } {
  let value = isWithin ? 1 : 0;
  let length = 0;
  for (const character of characters.slice(from)) {
    if (!digit.test(character)) break;
    // Of other scripts Go takes digits for very large ones.
    value = value * 10 + (character.codePointAt(0) ?? 0) - zero;
    length++;
  }
  return { value, length };
}

const zero = 48;
