import { describe, expect } from 'vitest';

import type { Identity } from '../../../src/pebble/index.ts';
import { post, refusal, rejection, type PebbleTests, matching } from './implementation.ts';

const local = (userId: number): Identity => ({ access: 'read', local: { userId } });
/** The hash of "test". */
const password =
  '$6$F9cFSVEKyO4gB1Wh$8S1BSKsNkF.jBAixGc4W7l80OpfCNk65LZBDHBng3NAmbcHuMj4RIm7992rrJ8YA.SJ0hvm.vGk2z483am4Ym1';

export function describeIdentities({ own: test }: PebbleTests): void {
  describe.concurrent('identities', () => {
    test('are none at first', async ({ pebble }) => {
      await expect(pebble.client.identities()).resolves.toEqual({});
    });

    test('are added, updated, replaced and removed', async ({ pebble }) => {
      const { client } = pebble;
      await client.addIdentities({ ann: local(101), bob: local(102) });
      await client.updateIdentities({ ann: { access: 'admin', local: { userId: 103 } } });
      await expect(client.identities()).resolves.toEqual({
        ann: { access: 'admin', local: { userId: 103 } },
        bob: local(102),
      });
      await client.replaceIdentities({ ann: null, bob: local(104), cid: local(105) });
      await expect(client.identities()).resolves.toEqual({ bob: local(104), cid: local(105) });
      await client.removeIdentities(['bob', 'cid']);
      await expect(client.identities()).resolves.toEqual({});
    });

    test('keep their passwords to themselves', async ({ pebble }) => {
      const { client } = pebble;
      await client.addIdentities({ ann: { access: 'metrics', basic: { password } } });
      await expect(client.identities()).resolves.toEqual({
        ann: { access: 'metrics', basic: { password: '*****' } },
      });
    });

    test('answer nothing when they are changed', async ({ pebble }) => {
      const identities = { ann: { access: 'read', local: { 'user-id': 1 } } };
      const reply = await pebble.raw(post('/v1/identities', { action: 'add', identities }));
      expect(reply.json).toEqual({ type: 'sync', 'status-code': 200, status: 'OK' });
    });

    test('are not added twice, nor removed or updated when there are none', async ({ pebble }) => {
      const { client } = pebble;
      await client.addIdentities({ ann: local(101) });
      expect(await rejection(client.addIdentities({ bob: local(1), ann: local(2) }))).toMatchObject(
        { status: 400, reason: matching(/identities already exist: ann$/) },
      );
      expect(await rejection(client.updateIdentities({ bob: local(1) }))).toMatchObject({
        status: 400,
        reason: matching(/identities do not exist: bob$/),
      });
      expect(await rejection(client.removeIdentities(['ann', 'bob']))).toMatchObject({
        status: 400,
        reason: matching(/identities do not exist: bob$/),
      });
      await expect(client.identities()).resolves.toEqual({ ann: local(101) });
    });

    test('are of one user each', async ({ pebble }) => {
      const both = { bob: local(42), ann: local(42) };
      expect(await rejection(pebble.client.addIdentities(both))).toMatchObject({
        status: 400,
        reason: matching(/cannot have multiple identities with user ID 42 \(ann, bob\)$/),
      });
    });

    test.for([
      ['of no name', { '': local(1) }],
      ['whose name begins with a digit', { '1st': local(1) }],
      ['that nobody can have', { ann: { access: 'read' } }],
      ['of no known access', { ann: { access: 'everything', local: { userId: 1 } } }],
      ['whose certificate is none', { ann: { access: 'read', cert: { pem: 'pem' } } }],
    ] as const)('are refused %s', async ([, identities], { pebble }) => {
      const error = await rejection(pebble.client.addIdentities(identities));
      expect(error).toMatchObject({ code: 'pebble-api', status: 400 });
      await expect(pebble.client.identities()).resolves.toEqual({});
    });

    test('are refused with an action that is none', async ({ pebble }) => {
      const reply = await pebble.raw(post('/v1/identities', { action: 'dance', identities: {} }));
      expect(reply.json).toMatchObject(refusal(400, matching(/^invalid action "dance"/)));
    });
  });
}
