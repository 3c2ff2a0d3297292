import * as z from 'zod/mini';
import { describe, expectTypeOf, it } from 'vitest';
import {
  databagForm,
  type ActionEvent,
  type Charm,
  type CollectAppStatusEvent,
  type CollectUnitStatusEvent,
  type ObservedSecret,
  type OwnedSecret,
  type PebbleCheckFailedEvent,
  type RelationBrokenEvent,
  type RemoteUnit,
  type RemoveEvent,
  type SecretChangedEvent,
  type SecretExpiredEvent,
  type SecretRemoveEvent,
  type SecretRotateEvent,
  type StopEvent,
  type StorageDetachingEvent,
} from '../../src/index.ts';
import type { meta } from '../dispatch/hello-charm.ts';

declare const charm: Charm<typeof meta>;
declare const peer: RemoteUnit;

describe('an event without a later', () => {
  it('has no defer()', () => {
    expectTypeOf<StopEvent>().not.toHaveProperty('defer');
    expectTypeOf<RemoveEvent>().not.toHaveProperty('defer');
    expectTypeOf<ActionEvent>().not.toHaveProperty('defer');
    expectTypeOf<SecretRotateEvent>().not.toHaveProperty('defer');
    expectTypeOf<SecretExpiredEvent>().not.toHaveProperty('defer');
    expectTypeOf<CollectAppStatusEvent>().not.toHaveProperty('defer');
    expectTypeOf<CollectUnitStatusEvent>().not.toHaveProperty('defer');
  });

  it('is no other', () => {
    expectTypeOf<SecretChangedEvent>().toHaveProperty('defer');
    expectTypeOf<SecretRemoveEvent>().toHaveProperty('defer');
    expectTypeOf<RelationBrokenEvent>().toHaveProperty('defer');
    expectTypeOf<StorageDetachingEvent>().toHaveProperty('defer');
    expectTypeOf<PebbleCheckFailedEvent>().toHaveProperty('defer');
  });
});

describe('what a charm’s files do not declare', () => {
  it('cannot be asked for', async () => {
    await charm.model.storages.list('data');
    // @ts-expect-error the charm has no storage of this name
    await charm.model.storages.list('dta');
    // @ts-expect-error the charm has no storage of this name
    await charm.model.storages.request('dta');
    await charm.model.resource('seed');
    // @ts-expect-error the charm has no resource of this name
    await charm.model.resource('sed');
    await charm.unit.network('greeting');
    await charm.unit.network('juju-info');
    // @ts-expect-error the charm has no binding of this name
    await charm.unit.network('greting');
    // @ts-expect-error the charm has no endpoint of this name
    await charm.model.relation('database', 3);
    // @ts-expect-error the charm has no storage of this name
    void charm.on['dta-storage-attached'];
    // @ts-expect-error Juju has no such event
    void charm.on['collect-status'];
  });
});

describe('the other side’s databag', () => {
  it('has nothing that writes', async () => {
    const relation = await charm.model.relation('friends');
    if (relation === undefined) return;
    const theirs = relation.data(peer);
    // @ts-expect-error it is not ours to write
    void theirs.save;
    // @ts-expect-error it is not ours to write
    void theirs.replace;
    // @ts-expect-error it is not ours to write
    void theirs.delete;
  });
});

describe('a form', () => {
  const form = databagForm(z.object({ host: z.string(), port: z.optional(z.int()) }));

  it('types what is read and what is written', async () => {
    const relation = await charm.model.relation('friends');
    if (relation === undefined) return;
    expectTypeOf(relation.data(peer).load(form)).resolves.toEqualTypeOf<{
      host: string;
      port?: number | undefined;
    }>();
    await relation.data(charm.unit).save(form, { host: 'db' });
    // @ts-expect-error the form has a host
    await relation.data(charm.unit).save(form, { port: 1 });
    // @ts-expect-error the port is a number
    await relation.data(charm.unit).save(form, { host: 'db', port: '1' });
  });
});

describe('a secret', () => {
  it('of others is read, and an own one is changed', () => {
    expectTypeOf(charm.model.getSecret({ label: 'db' })).toEqualTypeOf<ObservedSecret>();
    expectTypeOf(charm.unit.getSecret({ label: 'db' })).toEqualTypeOf<OwnedSecret>();
    expectTypeOf(charm.app.addSecret({ password: 'x' })).resolves.toEqualTypeOf<OwnedSecret>();
    expectTypeOf<ObservedSecret>().not.toHaveProperty('setContent');
    expectTypeOf<OwnedSecret>().not.toHaveProperty('refresh');
    // @ts-expect-error an id or a label is needed
    charm.model.getSecret({});
  });

  it('is what a config option of type secret holds', () => {
    expectTypeOf(charm.config.get('token')).resolves.toEqualTypeOf<ObservedSecret | undefined>();
  });
});
