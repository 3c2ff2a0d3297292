/**
 * A number in [0, 1) that depends only on the seed and the words: the same question always gets
 * the same answer, so asking twice for the next hook gives the same hook.
 */
export function fraction(seed: number, ...words: readonly (string | number)[]): number {
  return fractionOf(seed, words.join(between));
}

const between = '\u0000';

function fractionOf(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** One of the items, chosen by seed and words. */
export function pick<T>(
  items: readonly T[],
  seed: number,
  ...words: readonly (string | number)[]
): T | undefined {
  return items[Math.floor(fraction(seed, ...words) * items.length)];
}

/** Text of lower-case hexadecimal digits, chosen by seed and words. */
export function hexDigits(
  count: number,
  seed: number,
  ...words: readonly (string | number)[]
): string {
  const question = words.join(between);
  let text = '';
  for (let block = 0; text.length < count; block += 1) {
    const bits = Math.floor(fractionOf(seed, `${block}${between}${question}`) * 0x1_0000_0000);
    text += bits.toString(16).padStart(8, '0');
  }
  return text.slice(0, count);
}
