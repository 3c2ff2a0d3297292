import { PoolerIniError } from './errors.ts';

/** One line of an ini as PgBouncer reads it. */
export type IniLine =
  | { readonly kind: 'blank' }
  | { readonly kind: 'include'; readonly path: string }
  | { readonly kind: 'section'; readonly name: string }
  | { readonly kind: 'setting'; readonly key: string; readonly value: string };

/**
 * Reads an ini line by line in PgBouncer's way: a comment is a whole line, a value goes to the end
 * of its line, nothing is quoted.
 *
 * @throws {PoolerIniError} for a line that is none of these.
 */
export function readIniLines(text: string): readonly IniLine[] {
  return text.split('\n').map((raw, index) => readLine(raw.trim(), index + 1));
}

function readLine(line: string, number: number): IniLine {
  if (line === '' || line.startsWith(';') || line.startsWith('#')) {
    return { kind: 'blank' };
  }
  const include = /^%include\s+(.+)$/.exec(line)?.[1];
  if (include !== undefined) {
    return { kind: 'include', path: include };
  }
  const section = /^\[([^\]]*)\]$/.exec(line)?.[1];
  if (section !== undefined) {
    return { kind: 'section', name: section };
  }
  const [, key, value] = /^([\w.*-]*)\s*=\s*(.*)$/.exec(line) ?? [];
  if (key === undefined || value === undefined) {
    throw new PoolerIniError(number, 'syntax error');
  }
  return { kind: 'setting', key, value };
}
