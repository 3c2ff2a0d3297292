import * as z from 'zod/mini';

import { IniRenderError } from './errors.ts';
import { problemsOf } from './problems.ts';
import { iniSchema, type PgbouncerIni } from './schema.ts';

/**
 * The text of a pgbouncer.ini. The same configuration gives the same bytes: databases in the order
 * of their names, settings in the order of the schema, one blank line after each section.
 *
 * npm's `ini` cannot write this file: it puts double quotes around whatever holds `=`, and
 * PgBouncer takes those for a part of the value.
 *
 * @throws {IniRenderError} naming every key whose value PgBouncer would refuse or read otherwise.
 */
export function renderIni(ini: PgbouncerIni): string {
  // zod leaves this one key out of a record without a word.
  if (Object.hasOwn(ini.databases, '__proto__')) {
    const reason = 'has a name that some readers drop';
    throw new IniRenderError([{ at: '[databases] __proto__', reason }]);
  }
  const encoded = z.safeEncode(iniSchema, ini, { reportInput: true });
  if (!encoded.success) {
    throw new IniRenderError(problemsOf(encoded.error));
  }
  const { databases, pgbouncer } = encoded.data;
  const byName = Object.entries(databases).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return renderSection('databases', byName) + renderSection('pgbouncer', Object.entries(pgbouncer));
}

function renderSection(name: string, entries: readonly (readonly [string, string | undefined])[]) {
  const lines = entries.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${value}`.trimEnd()],
  );
  return [`[${name}]`, ...lines, '', ''].join('\n');
}
