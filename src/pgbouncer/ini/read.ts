import { parse } from 'ini';
import * as z from 'zod/mini';

import { IniReadError, type IniProblem } from './errors.ts';
import { whyNotWholeValue } from './plain-text.ts';
import { problemsOf } from './problems.ts';
import { iniSchema, type PgbouncerIni } from './schema.ts';

// Longest file that is looked at, in characters.
const longestFile = 1024 * 1024;

/**
 * Reads a pgbouncer.ini through npm's `ini`, after making sure that every line is one that
 * PgBouncer reads the same way.
 *
 * @throws {IniReadError} naming the line or key that is not.
 */
export function readIni(text: string): PgbouncerIni {
  const ambiguous = ambiguities(text);
  if (ambiguous.length > 0) {
    throw new IniReadError(ambiguous);
  }
  const decoded = z.safeParse(iniSchema, parse(text), { reportInput: true });
  if (!decoded.success) {
    throw new IniReadError(problemsOf(decoded.error));
  }
  return decoded.data;
}

/** Lines that PgBouncer and `ini` understand differently, or that hide an earlier line. */
function ambiguities(text: string): readonly IniProblem[] {
  if (text.length > longestFile) {
    return [{ at: 'the file', reason: `is longer than ${longestFile} characters` }];
  }
  const problems: IniProblem[] = [];
  const seen = new Set<string>();
  let section = '';
  for (const [index, line] of text.split('\n').entries()) {
    const reading = readLine(line);
    const where = reading.kind === 'setting' ? `${section} ${reading.key}` : `line ${index + 1}`;
    if (reading.kind === 'nothing') {
      continue;
    }
    if (reading.kind === 'ambiguous') {
      problems.push({ at: where, reason: reading.reason });
      continue;
    }
    if (reading.kind === 'section') {
      section = line;
    }
    const name = reading.kind === 'section' ? section : where;
    if (seen.has(name)) {
      problems.push({ at: name, reason: 'is there twice' });
    }
    seen.add(name);
    const reason = reading.kind === 'setting' ? whyNotSetting(reading) : undefined;
    if (reason !== undefined) {
      problems.push({ at: where, reason });
    }
  }
  return problems;
}

function whyNotSetting({ key, value }: { key: string; value: string }): string | undefined {
  return key === '__proto__' ? 'is a name that some readers drop' : whyNotWholeValue(value);
}

type LineReading =
  | { readonly kind: 'nothing' | 'section' }
  | { readonly kind: 'setting'; readonly key: string; readonly value: string }
  | { readonly kind: 'ambiguous'; readonly reason: string };

function readLine(line: string): LineReading {
  if (/^([;#][\x20-\x7e]*)?$/.test(line)) {
    return { kind: 'nothing' };
  }
  if (/^\[[a-z]+\]$/.test(line)) {
    return { kind: 'section' };
  }
  const [, key, value = ''] = /^([A-Za-z0-9_.-]+)[ \t]*=[ \t]*(.*)$/s.exec(line) ?? [];
  return key === undefined
    ? { kind: 'ambiguous', reason: 'is neither a comment nor [section] nor key = value' }
    : { kind: 'setting', key, value };
}
