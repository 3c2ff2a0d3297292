import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';

import type { PebbleRequest } from '../../../src/pebble/index.ts';
import { post, refusal, type PebbleTests } from './implementation.ts';

const add = { action: 'add', type: 'custom', key: 'example.com/odd' };
const one = (userId: unknown): object => ({
  action: 'add',
  identities: { odd: { access: 'read', local: { 'user-id': userId } } },
});
const layer = (label: string, text: string): PebbleRequest =>
  post('/v1/layers', { action: 'add', label, format: 'yaml', layer: text });
const notices = (query: NonNullable<PebbleRequest['query']>): PebbleRequest => ({
  method: 'GET',
  path: '/v1/notices',
  query,
});

/** Requests, and what the daemon says of them, whatever came before. */
const answers: readonly (readonly [what: string, request: PebbleRequest, answer: object])[] = [
  [
    'null for the name of a service',
    post('/v1/services', { action: 'start', services: [null] }),
    refusal(400, 'cannot start services: service "" does not exist'),
  ],
  [
    'null for the name of a service to signal',
    post('/v1/signals', { signal: 'SIGHUP', services: [null] }),
    refusal(500, 'cannot send signal to "": service is not running'),
  ],
  [
    'a name that cannot be printed',
    post('/v1/services', {
      action: 'start',
      services: ['\u0001\u007f\u2028\u00e9\u{1f3b7}\u0007"'],
    }),
    refusal(
      400,
      'cannot start services: service "\\x01\\x7f\\u2028\u00e9\u{1f3b7}\\a\\"" does not exist',
    ),
  ],
  [
    'a label that cannot be printed',
    layer('\u0001', 'nothing: {}'),
    refusal(400, 'cannot parse layer YAML: cannot parse layer "\\x01": unknown section "nothing"'),
  ],
  [
    'half of a surrogate pair',
    post('/v1/checks', '{"action": "\\ud800"}'),
    refusal(400, 'must specify checks for \ufffd action'),
  ],
  [
    'a time to wait in another script',
    notices({ timeout: '1\u00e9' }),
    refusal(400, 'invalid timeout: time: unknown unit "\\xc3\\xa9" in duration "1\\xc3\\xa9"'),
  ],
  [
    'no user',
    notices({ 'user-id': '' }),
    refusal(400, 'invalid "user-id" filter: must only include one "user-id"'),
  ],
  [
    'two users',
    notices({ 'user-id': ['0', '1'] }),
    refusal(400, 'invalid "user-id" filter: must only include one "user-id"'),
  ],
  [
    'a user of less than nothing',
    notices({ 'user-id': '-1' }),
    refusal(400, 'invalid "user-id" filter: user ID is not a valid uint32: -1'),
  ],
  [
    'a user beyond all users',
    notices({ 'user-id': '4294967296' }),
    refusal(400, 'invalid "user-id" filter: user ID is not a valid uint32: 4294967296'),
  ],
  [
    'a user beyond all numbers',
    notices({ 'user-id': '99999999999999999999' }),
    refusal(
      400,
      'invalid "user-id" filter: strconv.ParseInt: parsing "99999999999999999999": value out of range',
    ),
  ],
  ['no users', notices({ users: '' }), refusal(400, 'invalid "users" filter: must be "all"')],
  ['null in a notice', post('/v1/notices', { ...add, data: { a: null } }), { type: 'sync' }],
  ['an identity of less than nothing', post('/v1/identities', one(-1)), { 'status-code': 400 }],
  ['an identity beyond all users', post('/v1/identities', one(2 ** 32)), { 'status-code': 400 }],
  ['half an identity', post('/v1/identities', one(1.5)), { 'status-code': 400 }],
  [
    'pairing over the socket',
    post('/v1/pairing', { action: 'pair' }),
    { 'status-code': 401, result: { message: 'access denied', kind: 'login-required' } },
  ],
  ...[80.5, 'wide'].map(
    (width) =>
      [
        `the width ${width} for a terminal`,
        post('/v1/exec', { command: ['true'], width }),
        { 'status-code': 400 },
      ] as const,
  ),
  [
    'nothing for a directory',
    post('/v1/files', { action: 'make-dirs', dirs: [null] }),
    { result: [{ path: '', error: { message: 'paths must be absolute, got ""' } }] },
  ],
  [
    'half a user',
    post('/v1/files', { action: 'make-dirs', dirs: [{ path: '/odd', 'user-id': 1.5 }] }),
    { 'status-code': 400 },
  ],
  ...['multipart/form-data; boundary=', 'application/json;;', ';'].map(
    (type) =>
      [
        `the media type ${type}`,
        { ...post('/v1/files', '{}'), headers: { 'content-type': type } },
        refusal(400, `invalid Content-Type "${type}"`),
      ] as const,
  ),
];

/** What is asked of one path, and the error that comes of it; `DIR` stands for a directory. */
const paths: readonly (readonly [action: string, path: string, error: string | undefined])[] = [
  ['make-dirs', 'DIR/file', 'mkdir DIR/file: not a directory'],
  ['make-dirs', 'DIR/folder', 'mkdir DIR/folder: file exists'],
  ['make-dirs', 'DIR/dangling', 'rename DIR/dangling.mkdir-new DIR/dangling: not a directory'],
  ['make-dirs', 'DIR/nul\u0000', 'mkdir DIR/nul\u0000.mkdir-new: invalid argument'],
  ['remove', 'DIR/file/', 'remove DIR/file/: not a directory'],
  ['remove', 'DIR/link/', 'remove DIR/link/: not a directory'],
  ['remove', 'DIR/file/below', 'remove DIR/file/below: not a directory'],
  ['remove', 'DIR/nul\u0000', 'remove DIR/nul\u0000: invalid argument'],
  ['remove', 'DIR/folder/', undefined],
];

/** Requests that a program in another language may well send, and the answers that it then gets. */
export function describeOddAnswers({ shared: test }: PebbleTests): void {
  describe('odd requests that are answered', () => {
    test.for(answers)('to %s', async ([, request, answer], { pebble }) => {
      expect((await pebble.raw(request)).json).toMatchObject(answer);
    });

    test('about paths', async ({ pebble }) => {
      const dir = join(pebble.dir, 'odd');
      await mkdir(join(dir, 'folder'), { recursive: true });
      await writeFile(join(dir, 'file'), '');
      await symlink('nothing', join(dir, 'dangling'));
      await symlink('folder', join(dir, 'link'));
      for (const [action, path, error] of paths) {
        const item = { path: path.replaceAll('DIR', dir) };
        const body = { action, [action === 'remove' ? 'paths' : 'dirs']: [item] };
        const { json } = await pebble.raw(post('/v1/files', body));
        const message = error?.replaceAll('DIR', dir);
        expect(json).toMatchObject({
          result: [{ ...item, ...(message !== undefined && { error: { message } }) }],
        });
      }
    });

    test('with a pattern that runs backwards', async ({ pebble }) => {
      await writeFile(join(pebble.dir, 'b'), '');
      const query = { action: 'list', path: pebble.dir, pattern: '[c-a]' };
      const { json } = await pebble.raw({ method: 'GET', path: '/v1/files', query });
      expect(json).toMatchObject({ result: [] });
    });
  });
}
