import { expect, it } from 'vitest';
import { parseAuthFile } from '../../../src/local/workload/auth-file.ts';

it('reads users and secrets, quotes and comments', () => {
  const text = '; users\n"a" "plain" more\n\n"q""q" "s""s"\n"b" "md5x"';
  expect([...parseAuthFile(text)]).toEqual([
    ['a', 'plain'],
    ['q"q', 's"s'],
    ['b', 'md5x'],
  ]);
});

it('stops at a broken line, as PgBouncer does', () => {
  expect([...parseAuthFile('"a" "1"\n# no comment\n"b" "2"').keys()]).toEqual(['a']);
});
