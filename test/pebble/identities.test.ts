import { expect, test } from 'vitest';

import { PebbleClient } from '../../src/pebble/index.ts';
import { ScriptedTransport, sync } from './scripted-transport.ts';

test('reads identities of every kind', async () => {
  const transport = new ScriptedTransport(
    sync({
      ann: { access: 'admin', local: { 'user-id': 0 } },
      bob: { access: 'metrics', basic: { password: '*****' }, cert: { pem: '*****' } },
      cid: { access: 'emperor' },
    }),
  );
  await expect(new PebbleClient(transport).identities()).resolves.toEqual({
    ann: { access: 'admin', local: { userId: 0 } },
    bob: { access: 'metrics', basic: { password: '*****' }, cert: { pem: '*****' } },
    cid: { access: 'emperor' },
  });
});

test('sends each action with the identities that it is about', async () => {
  const nothing = { body: { type: 'sync', 'status-code': 200, status: 'OK' } };
  const transport = new ScriptedTransport(nothing, nothing, nothing, nothing);
  const client = new PebbleClient(transport);
  const ann = { access: 'admin', local: { userId: 0 } } as const;
  await client.addIdentities({ ann });
  await client.updateIdentities({ ann });
  await client.replaceIdentities({ ann, bob: null });
  await client.removeIdentities(['ann', 'bob']);
  const wireAnn = { access: 'admin', local: { 'user-id': 0 } };
  expect(transport.sent.map(({ body }) => body)).toEqual([
    { action: 'add', identities: { ann: wireAnn } },
    { action: 'update', identities: { ann: wireAnn } },
    { action: 'replace', identities: { ann: wireAnn, bob: null } },
    { action: 'remove', identities: { ann: null, bob: null } },
  ]);
});
