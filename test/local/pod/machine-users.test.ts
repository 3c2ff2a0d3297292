import { expect, it } from 'vitest';
import { addToGroup, addToPasswd, parsePasswd } from '../../../src/local/pod/machine-users.ts';

const passwd = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false';

it('reads names and numbers', () => {
  expect(parsePasswd(passwd)).toEqual([
    { name: 'root', uid: 0, gid: 0 },
    { name: 'nobody', uid: 65534, gid: 65533 },
  ]);
});

it('adds a user that is read back, even to a text whose last line is open', () => {
  const user = { name: 'postgres', uid: 170, gid: 170 };
  expect(parsePasswd(addToPasswd(passwd, user))).toContainEqual(user);
  expect(addToGroup('root:x:0:', user)).toBe('root:x:0:\npostgres:x:170:\n');
});
