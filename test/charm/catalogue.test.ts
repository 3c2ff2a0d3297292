import { describe, expect, it } from 'vitest';
import { declareEvents, kindOf } from '../../src/charm/events/catalogue.ts';
import { RelationBrokenEvent, relationRows } from '../../src/charm/events/relation.ts';
import {
  SecretChangedEvent,
  SecretExpiredEvent,
  SecretRemoveEvent,
  secretRows,
} from '../../src/charm/events/secret.ts';
import { StorageDetachingEvent } from '../../src/charm/events/storage.ts';
import { Framework } from '../../src/framework/framework.ts';
import { isGone } from '../../src/framework/event-kind.ts';
import { toJson } from '../../src/framework/json.ts';
import { readJujuContext } from '../../src/juju/context.ts';
import { pinoLogger } from '../../src/dispatch/logger.ts';
import { LogTransport } from '../../src/juju/log-transport.ts';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { jujuEnvironment } from '../support/juju-environment.ts';
import { meta } from '../dispatch/hello-charm.ts';
import { buildModel } from '../model/build-model.ts';

const relation = {
  JUJU_RELATION: 'greeting',
  JUJU_RELATION_ID: 'greeting:7',
  JUJU_REMOTE_APP: 'world',
  JUJU_REMOTE_UNIT: 'world/3',
};
const web = { JUJU_WORKLOAD_NAME: 'web' };
const secret = { JUJU_SECRET_ID: 'secret:abc', JUJU_SECRET_LABEL: 'key' };
const storage = { JUJU_STORAGE_ID: 'data/0', JUJU_STORAGE_LOCATION: '/srv' };

const hooks: readonly (readonly [string, Record<string, string>])[] = [
  ['config-changed', {}],
  ['install', {}],
  ['leader-elected', {}],
  ['leader-settings-changed', {}],
  ['post-series-upgrade', {}],
  ['pre-series-upgrade', {}],
  ['remove', {}],
  ['start', {}],
  ['stop', {}],
  ['update-status', {}],
  ['upgrade-charm', {}],
  ['secret-changed', secret],
  ['secret-expired', { ...secret, JUJU_SECRET_REVISION: '2' }],
  ['secret-remove', { ...secret, JUJU_SECRET_REVISION: '2' }],
  ['secret-rotate', secret],
  ['greeting-relation-created', { ...relation, JUJU_REMOTE_UNIT: '' }],
  ['greeting-relation-joined', relation],
  ['greeting-relation-changed', relation],
  ['greeting-relation-departed', { ...relation, JUJU_DEPARTING_UNIT: 'world/3' }],
  ['greeting-relation-broken', { ...relation, JUJU_REMOTE_UNIT: '' }],
  ['web-pebble-ready', web],
  [
    'web-pebble-custom-notice',
    { ...web, JUJU_NOTICE_ID: '1', JUJU_NOTICE_TYPE: 'custom', JUJU_NOTICE_KEY: 'a.b/c' },
  ],
  ['web-pebble-check-failed', { ...web, JUJU_PEBBLE_CHECK_NAME: 'alive' }],
  ['web-pebble-check-recovered', { ...web, JUJU_PEBBLE_CHECK_NAME: 'alive' }],
  ['data-storage-attached', storage],
  ['data-storage-detaching', storage],
];

async function catalogue(answers: Record<string, unknown> = {}) {
  const { model, tools } = buildModel({
    'relation-ids': ['greeting:7'],
    'storage-list': ['data/0'],
    ...answers,
  });
  const logger = pinoLogger(new LogTransport(tools, { undelivered: () => {} }));
  const framework = await Framework.open({ store: new MemoryStore(), logger });
  return { ...declareEvents(framework, meta, model), tools };
}

/** What can be seen of an event. */
function shown(event: object): unknown {
  return JSON.parse(JSON.stringify(event));
}

describe('the catalogue of events', () => {
  it('has a source for every event of the charm, under the name that Juju gives it', async () => {
    const { on } = await catalogue();
    const expected = hooks.map(([name]) => name);
    expect(Object.keys(on)).toEqual(expect.arrayContaining(expected));
    expect(on['friends-relation-changed'].kind).toBe('friends-relation-changed');
    expect(on['shout-action'].kind).toBe('shout-action');
    for (const [name, source] of Object.entries(on)) expect(source).toMatchObject({ kind: name });
  });

  it.each(hooks)('makes %s from its hook, without asking Juju', async (name, env) => {
    const { fromHook, tools } = await catalogue();
    const { hook } = readJujuContext(jujuEnvironment(`hooks/${name}`, env));
    expect(kindOf(hook)).toBe(name);
    const pending = fromHook(hook);
    expect(pending?.event.kind).toBe(name);
    expect(pending?.source.kind).toBe(name);
    expect(tools.calls).toEqual([]);
  });

  it.each(hooks)('makes %s again from what its snapshot says', async (name, env) => {
    const { fromHook, on } = await catalogue();
    const { hook } = readJujuContext(jujuEnvironment(`hooks/${name}`, env));
    const event = fromHook(hook)?.event;
    if (event === undefined || !('defer' in event)) return;
    const seen: unknown[] = [];
    const source = Object.values(on).find(({ kind }) => kind === name);
    source?.add({
      observer: 'charm',
      handler: 'look',
      invoke: (again: object) => {
        seen.push(shown(again));
      },
    });
    const snapshot = toJson(event.snapshot(), 'the snapshot');
    const history = { attempts: 2, deferredSince: new Date(0), reason: 'later' };
    const delivery = await source?.redeliver('charm', 'look', snapshot, history);
    if (delivery === undefined || isGone(delivery)) throw new Error('it can be made again');
    expect(delivery.event.constructor).toBe(event.constructor);
    expect(delivery.event.snapshot()).toEqual(event.snapshot());
    expect(delivery.event).toMatchObject({ attempts: 2 });
  });

  it('reads an action called like a hook as the action', async () => {
    const { fromHook, tools } = await catalogue({ 'action-get': { volume: 11 } });
    const action = { JUJU_ACTION_NAME: 'shout', JUJU_ACTION_UUID: '9', JUJU_HOOK_NAME: '' };
    const { hook } = readJujuContext(jujuEnvironment('actions/shout', action));
    expect(fromHook(hook)?.event).toMatchObject({ kind: 'shout-action', id: '9' });
    expect(tools.calls).toEqual([]);
  });

  it('drops a storage event whose storage is detached meanwhile', async () => {
    const { fromHook, on } = await catalogue({ 'storage-list': [] });
    const { hook } = readJujuContext(jujuEnvironment('hooks/data-storage-attached', storage));
    const snapshot = fromHook(hook)?.event.snapshot() ?? null;
    const source = on['data-storage-attached'];
    source.add({ observer: 'charm', handler: 'look', invoke: () => {} });
    const history = { attempts: 1 };
    const delivery = await source.redeliver('charm', 'look', snapshot, history);
    expect(isGone(delivery)).toBe(true);
  });

  it('keeps a broken relation’s event, whose relation is gone by its nature', async () => {
    const { fromHook, on } = await catalogue({ 'relation-ids': [] });
    const { hook } = readJujuContext(jujuEnvironment('hooks/greeting-relation-broken', relation));
    const snapshot = fromHook(hook)?.event.snapshot() ?? null;
    const source = on['greeting-relation-broken'];
    source.add({ observer: 'charm', handler: 'look', invoke: () => {} });
    const delivery = await source.redeliver('charm', 'look', snapshot, { attempts: 1 });
    expect(delivery).toMatchObject({ event: { kind: 'greeting-relation-broken' } });
  });
});

describe('a storage event', () => {
  it('knows its location when it comes again, also from a storage that tells it no more', async () => {
    const { fromHook } = await catalogue();
    const { hook } = readJujuContext(jujuEnvironment('hooks/data-storage-detaching', storage));
    const pending = fromHook(hook);
    const snapshot = toJson(pending?.event.snapshot(), 'the snapshot');
    const later = await catalogue();
    const observer = { path: 'seeing', async see(): Promise<void> {} };
    const source = later.on['data-storage-detaching'];
    source.add({ observer: 'seeing', handler: 'see', invoke: observer.see });
    const delivery = await source.redeliver('seeing', 'see', snapshot, { attempts: 1 });
    if (delivery === undefined || isGone(delivery)) throw new Error('the storage is attached');
    const { event } = delivery;
    if (!(event instanceof StorageDetachingEvent)) throw new Error('it is the same event');
    await expect(event.storage.location()).resolves.toBe('/srv');
    expect(later.tools.lines('storage-get')).toEqual([]);
  });
});

describe('a deferred relation-broken', () => {
  it('comes again with a relation that is gone, whose data is empty', async () => {
    const { model, tools } = buildModel({ 'relation-ids': [], 'is-leader': true });
    const [row] = relationRows('greeting').filter(({ kind }) => kind.endsWith('broken'));
    const event = await row?.restore({ relation: 7, app: 'world' }, { attempts: 1 }, model);
    if (!(event instanceof RelationBrokenEvent)) throw new Error('it comes again');
    const { relation } = event;
    expect(relation.active).toBe(false);
    await expect(relation.phase()).resolves.toBe('gone');
    await expect(relation.units()).resolves.toEqual([]);
    const other = await relation.remoteApp();
    expect(other).toBe(event.app);
    await expect(relation.data(other).all()).resolves.toEqual({});
    await expect(relation.data(model.app).all()).resolves.toEqual({});
    await expect(relation.data(model.unit).set({ a: '1' })).rejects.toMatchObject({
      code: 'relation-gone',
    });
    expect(tools.effects).toEqual(['relation-ids greeting --format=json']);
  });
});

describe('a secret event', () => {
  it.each(['secret-expired', 'secret-remove'])('removes its revision in %s', async (name) => {
    const { model, tools, flush } = buildModel({
      'secret-remove': () => ({ code: 0, stdout: '', stderr: '' }),
    });
    const row = secretRows.find(({ kind }) => kind === name);
    const env = { ...secret, JUJU_SECRET_REVISION: '2' };
    const event = row?.fromHook(readJujuContext(jujuEnvironment(`hooks/${name}`, env)).hook, model);
    if (!(event instanceof SecretExpiredEvent || event instanceof SecretRemoveEvent)) {
      throw new Error('it is about a revision');
    }
    expect(event.secret).toMatchObject({ id: 'secret:abc', label: 'key' });
    await event.removeRevision();
    await flush();
    expect(tools.effects).toEqual(['secret-remove secret:abc --revision 2']);
  });

  it('does not tell Juju the label that Juju has told', async () => {
    const { model, tools } = buildModel({ 'secret-get': { password: 'x' } });
    const row = secretRows.find(({ kind }) => kind === 'secret-changed');
    const event = row?.fromHook(
      readJujuContext(jujuEnvironment('hooks/secret-changed', secret)).hook,
      model,
    );
    if (!(event instanceof SecretChangedEvent)) throw new Error('it is a change');
    expect(event.secret).toBe(model.getSecret({ label: 'key' }));
    await event.secret.refresh();
    expect(tools.effects).toEqual(['secret-get --format=json secret:abc --refresh']);
  });
});
