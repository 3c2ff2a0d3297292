import {
  Context,
  onlyRelation,
  peerRelation,
  relation,
  relationIn,
  secret,
  storage,
  withContainer,
  withFiles,
  withRelation,
} from 'charmwright/testing';
import type { PlayOptions, SequenceOptions } from 'charmwright/testing/properties';
import * as fc from 'fast-check';
import { expectTypeOf, test } from 'vitest';
import { Ledger, type meta } from '../testing/ledger-charm.ts';

const context = new Context(Ledger);

test('a state takes the names that the charm declares, and no other', () => {
  context.state({ config: { port: 1 }, containers: { web: {} }, storages: [storage('data')] });
  context.state({
    relations: [relation('db'), peerRelation('cluster')],
    resources: { seed: '/s' },
  });
  // @ts-expect-error the charm has no such option
  context.state({ config: { prot: 1 } });
  // @ts-expect-error the option is an int
  context.state({ config: { port: '1' } });
  // @ts-expect-error the charm has no such container
  context.state({ containers: { wbe: {} } });
  // @ts-expect-error the charm has no such endpoint
  context.state({ relations: [relation('dbs')] });
  // @ts-expect-error the charm has no such storage
  context.state({ storages: [storage('dta')] });
  // @ts-expect-error the charm has no such resource
  context.state({ resources: { sead: '/s' } });
  // @ts-expect-error the charm has no such binding
  context.state({ networks: { web: '10.0.0.1' } });
  // @ts-expect-error Juju has no such status
  context.state({ unitStatus: { status: 'fine', message: '' } });
});

test('events take them, too', () => {
  context.on.pebbleReady('web');
  // @ts-expect-error the charm has no such container
  context.on.pebbleReady('wbe');
  // @ts-expect-error the charm has no such endpoint
  context.on.relationChanged(relation('dbs'));
  // @ts-expect-error the charm has no such storage
  context.on.storageAttached(storage('dta'));
  // @ts-expect-error a secret is no relation
  context.on.relationCreated(secret());
  // @ts-expect-error the charm has no such action
  context.on.action('bakup');
  // @ts-expect-error the parameter is text
  context.on.action('backup', { target: 1 });
});

test('what comes out is a state of the charm', () => {
  const state = context.state();
  expectTypeOf(state.containers).toHaveProperty('web');
  expectTypeOf(state.containers).not.toHaveProperty('db');
  expectTypeOf(state.config.port).toEqualTypeOf<number | undefined>();
  // @ts-expect-error the charm has no such endpoint
  relationIn(state, 'dbs');
  // @ts-expect-error the charm has no such endpoint
  onlyRelation(state, 'dbs');
  // @ts-expect-error the charm has no such endpoint
  withRelation(state, 'dbs', { remoteAppData: {} });
  // @ts-expect-error a relation keeps its id
  withRelation(state, 'db', { id: 3 });
  // @ts-expect-error the charm has no such container
  withFiles(state, 'wbe', {});
  // @ts-expect-error the charm has no such container
  withContainer(state, 'wbe', {});
});

test('so do property runs', () => {
  const word = fc.record({ target: fc.constant('disk') });
  const run: SequenceOptions<typeof meta> = {
    actions: { backup: word },
    notices: { web: { 'a.example/b': fc.constant({}) } },
    checks: { web: ['up'] },
    secrets: { password: { owner: 'pg', told: { endpoint: 'db', key: 'secret' } } },
  };
  expectTypeOf(run).toExtend<PlayOptions<typeof meta>>();
  // @ts-expect-error the charm has no such action
  expectTypeOf({ actions: { bakup: word } }).toExtend<typeof run>();
  // @ts-expect-error the charm has no such container
  expectTypeOf({ checks: { wbe: ['up'] } }).toExtend<typeof run>();
  // @ts-expect-error the charm has no such option
  expectTypeOf({ secrets: { a: { told: { option: 'prot' } } } }).toExtend<typeof run>();
  // @ts-expect-error the charm has no such endpoint
  expectTypeOf({ secrets: { a: { told: { endpoint: 'dbs', key: 'k' } } } }).toExtend<typeof run>();
});
