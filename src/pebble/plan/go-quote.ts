/** Quotes a text as Go does, with what cannot be printed by its number. */
export function goQuote(text: string): string {
  const quoted = Array.from(text, (character) => escapes[character] ?? numbered(character));
  return `"${quoted.join('')}"`;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u000b': '\\v',
};

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function numbered(character: string): string {
  if (printable.test(character)) {
    return character;
  }
  const code = character.codePointAt(0) ?? 0;
  const number = code.toString(16);
  if (code < 0x80) {
    return `\\x${number.padStart(2, '0')}`;
  }
  return code < 0x10000 ? `\\u${number.padStart(4, '0')}` : `\\U${number.padStart(8, '0')}`;
}
