import { goNumber } from './go-number.ts';

/** Spaces for each level. */
const step = 4;

/** A text that is printed as it is, without quotes. */
export class BareText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Prints a value in YAML as Go's YAML does: four spaces, texts in the quotes that it chooses.
 *
 * @param value an object of texts, numbers, lists, and objects or maps of these.
 */
export function yamlText(value: Readonly<Record<string, unknown>>): string {
  return Object.keys(value).length === 0 ? '{}\n' : mapLines(value, 0);
}

/** The keys and values of an object or a map, in their order. */
function pairsOf(map: object): readonly (readonly [string, unknown])[] {
  return map instanceof Map
    ? [...map].map(([key, value]: [unknown, unknown]) => [String(key), value])
    : Object.entries(map);
}

function mapLines(map: object, depth: number): string {
  const indent = ' '.repeat(depth * step);
  return pairsOf(map)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${indent}${inlineText(key)}:${after(value, depth + 1)}`)
    .join('');
}

/** What stands after a key or a dash, to the end of the line or of what is within. */
function after(value: unknown, depth: number): string {
  if (Array.isArray(value)) {
    const indent = ' '.repeat(depth * step);
    return value.length === 0
      ? ' []\n'
      : `\n${value.map((item) => `${indent}-${afterDash(item, depth + 1)}`).join('')}`;
  }
  if (value instanceof BareText) {
    return ` ${value.text}\n`;
  }
  if (typeof value === 'object' && value !== null) {
    return pairsOf(value).length === 0 ? ' {}\n' : `\n${mapLines(value, depth)}`;
  }
  if (typeof value === 'string' && isBlock(value)) {
    return ` ${blockText(value, depth)}`;
  }
  return ` ${typeof value === 'string' ? inlineText(value) : String(value)}\n`;
}

/** Within a list, the first key of a map stands on the line of its dash. */
function afterDash(value: unknown, depth: number): string {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || pairsOf(value).length === 0) {
    return after(value, depth);
  }
  return ' '.repeat(step - 1) + mapLines(value, depth).trimStart();
}

/** A text of several lines stands line by line, unless it could not be read back the same. */
function isBlock(text: string): boolean {
  return (
    text.includes('\n') && !needsEscapes(text) && !/ (?:\n|$)/.test(text) && !text.startsWith('\n')
  );
}

function blockText(text: string, depth: number): string {
  const indent = ' '.repeat(depth * step);
  const hint = text.startsWith(' ') ? String(step) : '';
  const chomp = !text.endsWith('\n') ? '-' : text.endsWith('\n\n') ? '+' : '';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `|${hint}${chomp}\n${lines.map((line) => (line === '' ? '\n' : `${indent}${line}\n`)).join('')}`;
}

/** A text on one line: plain where it reads as a text, else in the quotes that it takes. */
function inlineText(text: string): string {
  if (text.includes('\n') || needsEscapes(text) || text.includes('\t') || readsAsOther(text)) {
    return doubleQuoted(text);
  }
  return isPlain(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** Whether nothing in a text means something else to YAML. */
function isPlain(text: string): boolean {
  return !(
    /^(?:---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[-?:](?: |$)/.test(text) ||
    /:(?: |$)/.test(text) ||
    / #/.test(text) ||
    /^ | $/.test(text)
  );
}

/** Whether a text would be taken for something else without quotes, by old readers or new ones. */
function readsAsOther(text: string): boolean {
  return (
    /^(?:|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|\.nan|\.NaN|\.NAN)$/.test(text) ||
    /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/.test(text) ||
    /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/.test(text) ||
    (/^[-+.\d]/.test(text) && goNumber(text) !== undefined) ||
    isTimestamp(text)
  );
}

/** Whether a text without quotes would be a point in time. */
export function isTimestamp(text: string): boolean {
  const parts =
    /^(\d{4}-\d\d?-\d\d?)(?:[Tt]\d\d?:\d\d?:\d\d?(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d\d?:\d\d?:\d\d?(?:\.\d+)?)?$/.exec(
      text,
    );
  if (parts === null) {
    return false;
  }
  const [year = 0, month = 0, day = 0] = (parts[1] ?? '').split('-').map(Number);
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Characters that Go's YAML prints by their number. */
const unprintable =
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff\ufffe\uffff]|[\u{10000}-\u{10ffff}]|\p{Cs}/u;
const breaks = /[\u2028\u2029]/;

function needsEscapes(text: string): boolean {
  return unprintable.test(text) || breaks.test(text);
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0000': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\u000b': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '\u0085': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string): string {
  const escaped = Array.from(text, (character) => escapes[character] ?? numbered(character));
  return `"${escaped.join('')}"`;
}

function numbered(character: string): string {
  if (!unprintable.test(character)) {
    return character;
  }
  const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (number.length <= 2) {
    return `\\x${number.padStart(2, '0')}`;
  }
  return number.length <= 4 ? `\\u${number.padStart(4, '0')}` : `\\U${number.padStart(8, '0')}`;
}
