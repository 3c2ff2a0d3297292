import type { Bag } from '../state/relation.ts';

/**
 * Texts that another application may put in a databag, for Juju lets all of them through, and that
 * are trouble to a charm that trusts them.
 */
export const hostileTexts: Readonly<Record<string, string>> = {
  'a line break': 'one\ntwo',
  'a line break of Windows': 'one\r\ntwo',
  quotes: `it's "quoted" \`here\``,
  'a backslash at its end': 'one\\',
  'an assignment and a comment': 'a = b ; c # d',
  'a section of an ini file': 'one\n[section]\nkey = value',
  'an include': 'one\n%include /etc/passwd',
  'a command of a shell': '$(id); `id` && id',
  'a path upwards': '../../../etc/passwd',
  'a NUL': 'one\0two',
  'an escape sequence': '\u001b[31mred\u0007',
  'a mark that turns the direction': 'one\u202etwo',
  'other scripts': 'ßé 数据库 🐘',
  'blanks around it': '  one  ',
  'nothing but blanks': ' \t ',
  'no number': 'NaN',
  'a number below all': '-9007199254740993',
  'JSON with a prototype': '{"__proto__":{"admin":true},"constructor":null}',
  'YAML with a tag': '!!binary "AA=="',
  'a megabyte': 'x'.repeat(1024 * 1024),
};

/**
 * The same databag in all the ways in which it can be wrong in one place: each value in turn is each
 * of the {@link hostileTexts}, has one behind what it was, or is missing.
 *
 * @returns titles with databags, as `test.each` takes them
 * @example
 * ```ts
 * test.each(hostileBags({ host: 'db', port: '5432' }))('%s is borne', async (_title, data) => {
 *   await harness.updateRelationData(id, 'mysql', data);
 *   expect(harness.status.unit.status).toBe('blocked');
 * });
 * ```
 */
export function hostileBags(
  bag: Bag,
): readonly (readonly [title: string, bag: Readonly<Record<string, string | undefined>>])[] {
  return Object.entries(bag).flatMap(([key, value]) => [
    [`${key} is missing`, { ...bag, [key]: undefined }] as const,
    ...Object.entries(hostileTexts).flatMap(([what, text]) => [
      [`${key} is ${what}`, { ...bag, [key]: text }] as const,
      [`${key} ends with ${what}`, { ...bag, [key]: `${value}${text}` }] as const,
    ]),
  ]);
}
