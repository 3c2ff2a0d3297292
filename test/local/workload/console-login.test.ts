import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { md5Challenge } from '../../../src/local/workload/console-login.ts';

const md5 = (...parts: (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex');

it.each([
  ['a password', 'secret'],
  ['its md5 hash', `md5${md5('secret', 'adm')}`],
])('accepts the right answer, and no other, for %s', (_, secret) => {
  const challenge = md5Challenge('adm', secret);
  const answer = (password: string): string =>
    `md5${md5(md5(password, 'adm'), challenge?.salt ?? '')}`;
  expect(challenge?.isAnswer(answer('secret'))).toBe(true);
  expect(challenge?.isAnswer(answer('other'))).toBe(false);
  expect(challenge?.isAnswer('')).toBe(false);
});

it('cannot check a SCRAM secret', () => {
  expect(md5Challenge('adm', 'SCRAM-SHA-256$4096:x$y:z')).toBeUndefined();
});
