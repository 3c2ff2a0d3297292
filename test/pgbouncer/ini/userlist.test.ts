import { expect, test } from 'vitest';

import { UserlistError } from '../../../src/pgbouncer/ini/errors.ts';
import { renderUserlist } from '../../../src/pgbouncer/ini/userlist.ts';

test('the auth file has a line a user, in the order of the names', () => {
  expect(
    renderUserlist([
      { user: 'zoe', password: 'two words' },
      { user: 'ann', password: 'sesame' },
    ]),
  ).toBe('"ann" "sesame"\n"zoe" "two words"\n');
});

test('quotes are doubled and backslashes stay', () => {
  expect(renderUserlist([{ user: 'a"b', password: '";\\' }])).toBe('"a""b" """;\\"\n');
});

test('no user makes an empty file', () => {
  expect(renderUserlist([])).toBe('');
});

test.each([
  ['a line break', 'x\n"admin" "y'],
  ['a carriage return', 'x\ry'],
  ['a NUL', 'x\0y'],
  ['megabytes', 'x'.repeat(1024 * 1024)],
  ['nothing', ''],
])('a user name or password of %s is refused and not repeated', (_, hostile) => {
  for (const entry of [
    { user: hostile, password: 'sesame' },
    { user: 'ann', password: hostile },
  ]) {
    let caught: unknown;
    try {
      renderUserlist([entry]);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(UserlistError);
    expect(String(caught)).not.toContain('sesame');
    expect(String(caught)).not.toContain('admin');
    expect(String(caught).length).toBeLessThan(200);
  }
});

test.each(['md5d41d8cd98f00b204e9800998ecf8427e', 'SCRAM-SHA-256$4096:x$y:z'])(
  'a password that PgBouncer would take for a hash is refused: %s',
  (password) => {
    expect(() => renderUserlist([{ user: 'ann', password }])).toThrow(/looks like a hash/);
  },
);
