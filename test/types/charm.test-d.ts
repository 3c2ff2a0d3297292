import { describe, expectTypeOf, it } from 'vitest';
import {
  Charm,
  type CharmArgs,
  type ConfigChangedEvent,
  type Databag,
  type Deferred,
  type RelationBrokenEvent,
  type RelationChangedEvent,
  type RelationCreatedEvent,
  type RelationDepartedEvent,
  type RelationJoinedEvent,
  type RemoteApplication,
  type RemoteUnit,
  type PebbleReadyEvent,
  type StopEvent,
  type StorageDetachingEvent,
  type StorageEvent,
  type WorkloadEvent,
  type WritableDatabag,
} from '../../src/index.ts';
import type { meta } from '../dispatch/hello-charm.ts';

declare const event: ConfigChangedEvent;
declare const stop: StopEvent;

class Hello extends Charm<typeof meta> {
  constructor(...args: CharmArgs<typeof meta>) {
    super(...args);
    this.observe(this.on['config-changed'], this.onConfigChanged);
    // @ts-expect-error Juju has no event of this name for this charm
    void this.on['config-chnaged'];
    // @ts-expect-error the charm has no endpoint `database`
    void this.on['database-relation-changed'];
    // @ts-expect-error the charm has no container `db`
    void this.on['db-pebble-ready'];
    // @ts-expect-error the handler takes the event of another kind
    this.observe(this.on['friends-relation-departed'], this.onConfigChanged);
  }

  async onConfigChanged(event: ConfigChangedEvent): Promise<Deferred | void> {
    return event.defer('not yet');
  }
}

declare const charm: Hello;
declare const peer: RemoteUnit;

describe('what a charm’s files declare', () => {
  it('types its options', () => {
    expectTypeOf(charm.config.get('port')).resolves.toEqualTypeOf<number>();
    expectTypeOf(charm.config.get('title')).resolves.toEqualTypeOf<string | undefined>();
    expectTypeOf(charm.config.get('loud')).resolves.toEqualTypeOf<boolean>();
    // @ts-expect-error the charm has no option of this name
    void charm.config.get('prot');
  });

  it('names its containers', () => {
    charm.unit.container('web');
    // @ts-expect-error the charm has no container of this name
    charm.unit.container('wbe');
  });

  it('names its endpoints', async () => {
    await charm.model.relation('friends');
    await charm.model.relations('greeting');
    // @ts-expect-error the charm has no endpoint of this name
    await charm.model.relation('database');
  });

  it('types its events', () => {
    expectTypeOf(charm.on['shout-action'].kind).toEqualTypeOf<string>();
    expectTypeOf<RelationDepartedEvent['unit']>().toEqualTypeOf<RemoteUnit>();
    expectTypeOf<RelationCreatedEvent['app']>().toEqualTypeOf<RemoteApplication>();
    expectTypeOf<RelationJoinedEvent['app']>().toEqualTypeOf<RemoteApplication>();
    expectTypeOf<RelationChangedEvent['app']>().toEqualTypeOf<RemoteApplication>();
    expectTypeOf<RelationDepartedEvent['app']>().toEqualTypeOf<RemoteApplication>();
    expectTypeOf<StorageEvent['storage']>().toEqualTypeOf<StorageDetachingEvent['storage']>();
    expectTypeOf<WorkloadEvent['container']>().toEqualTypeOf<PebbleReadyEvent['container']>();
    expectTypeOf<RelationBrokenEvent['app']>().toEqualTypeOf<RemoteApplication | undefined>();
  });
});

describe('what others own', () => {
  it('can be read and not written', async () => {
    const relation = await charm.model.relation('friends');
    if (relation === undefined) return;
    expectTypeOf(relation.data(charm.unit)).toEqualTypeOf<WritableDatabag>();
    expectTypeOf(relation.data(charm.app)).toEqualTypeOf<WritableDatabag>();
    expectTypeOf(relation.data(peer)).toEqualTypeOf<Databag>();
    // @ts-expect-error the databag of a remote unit is not ours to write
    void relation.data(peer).set;
    // @ts-expect-error the databag of a remote application is not ours to write
    void relation.data(await relation.remoteApp()).set;
    // @ts-expect-error databags hold strings
    await relation.data(charm.unit).set({ port: 5432 });
  });
});

describe('a deferral', () => {
  it('is what defer() gives, and nothing that is written by hand', () => {
    expectTypeOf(event.defer('not yet')).toEqualTypeOf<Deferred>();
    // @ts-expect-error a deferral cannot be made by hand
    const forged: Deferred = { event, reason: 'not yet' };
    void forged;
    // @ts-expect-error a unit that stops has no later
    void stop.defer;
  });
});
