import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import type { HookToolCall } from '../../src/juju/hook-tool.ts';
import { RemoteUnit } from '../../src/model/remote.ts';
import { ok, refuse } from '../support/canned-hook-tools.ts';
import { buildModel } from './build-model.ts';

const bags: Record<string, Record<string, string>> = {
  'hello/0': { host: '10.0.0.1' },
  hello: { leader: 'hello/0', old: 'x' },
  world: { colour: 'blue' },
};

const one = {
  'is-leader': true,
  'relation-ids': ['friends:4'],
  'relation-list': ['hello/1', 'hello/2'],
  'relation-get': ({ args }: HookToolCall) => ({
    ...ok,
    stdout: JSON.stringify(bags[args.at(-1) ?? ''] ?? {}),
  }),
};

async function friends(setup: ReturnType<typeof buildModel>) {
  const relation = await setup.model.relation('friends');
  if (relation === undefined) throw new Error('the relation is there');
  return relation;
}

describe('the relations of an endpoint', () => {
  it('are asked for once, also when asked at the same time', async () => {
    const { model, tools } = buildModel(one);
    const [first, second] = await Promise.all([
      model.relation('friends'),
      model.relations('friends'),
    ]);
    expect(first).toBe(second[0]);
    expect(tools.effects).toEqual(['relation-ids friends --format=json']);
  });

  it('are none when there are none', async () => {
    const { model } = buildModel({ 'relation-ids': [] });
    await expect(model.relation('greeting')).resolves.toBeUndefined();
  });

  it('are not taken for one when there are several', async () => {
    const { model } = buildModel({ 'relation-ids': ['greeting:9', 'greeting:10'] });
    await expect(model.relation('greeting')).rejects.toMatchObject({
      code: 'too-many-relations',
      ids: [9, 10],
    });
  });

  it('do not include the one that is being broken', async () => {
    const { model } = buildModel(
      { 'relation-ids': ['greeting:3', 'greeting:5'] },
      'hooks/greeting-relation-broken',
      { JUJU_RELATION: 'greeting', JUJU_RELATION_ID: 'greeting:3', JUJU_REMOTE_APP: 'world' },
    );
    expect((await model.relations('greeting')).map(({ id }) => id)).toEqual([5]);
  });

  it('are asked for again after a failure, instead of being taken for none', async () => {
    let calls = 0;
    const { model } = buildModel({
      'relation-ids': () => {
        calls += 1;
        return calls === 1
          ? refuse('connection is shut down')()
          : { ...ok, stdout: '["friends:4"]' };
      },
    });
    await expect(model.relations('friends')).rejects.toMatchObject({ code: 'hook-tool-failed' });
    await expect(model.relations('friends')).resolves.toHaveLength(1);
  });
});

describe('the other side of a relation', () => {
  it('of peers is the own application, without asking', async () => {
    const setup = buildModel(one);
    expect((await (await friends(setup)).remoteApp()).name).toBe('hello');
    expect(setup.tools.lines('relation-list')).toEqual([]);
  });

  it('is known without asking in its own hook', async () => {
    const { model, tools } = buildModel({}, 'hooks/greeting-relation-created', {
      JUJU_RELATION: 'greeting',
      JUJU_RELATION_ID: 'greeting:3',
      JUJU_REMOTE_APP: 'world',
    });
    const relation = await model.relation('greeting', 3);
    await expect(relation?.remoteApp()).resolves.toMatchObject({ name: 'world' });
    expect(tools.calls).toEqual([]);
  });

  it('is told by its units otherwise', async () => {
    const { model, tools } = buildModel({
      'relation-ids': ['greeting:3'],
      'relation-list': ['world/11'],
    });
    const relation = await model.relation('greeting');
    await expect(relation?.remoteApp()).resolves.toMatchObject({ name: 'world' });
    await expect(relation?.units()).resolves.toMatchObject([{ name: 'world/11' }]);
    expect(tools.lines('relation-list')).toEqual(['relation-list --format=json -r greeting:3']);
  });

  it('is asked for while it has no units', async () => {
    const { model, tools } = buildModel({
      'relation-ids': ['greeting:3'],
      'relation-list': ({ args }: HookToolCall) => ({
        ...ok,
        stdout: args.includes('--app') ? '"world"' : '[]',
      }),
    });
    const relation = await model.relation('greeting');
    await expect(relation?.remoteApp()).resolves.toMatchObject({ name: 'world' });
    expect(tools.lines('relation-list')).toEqual([
      'relation-list --format=json -r greeting:3',
      'relation-list --format=json --app -r greeting:3',
    ]);
  });

  it('lists its units once', async () => {
    const setup = buildModel(one);
    const relation = await friends(setup);
    expect((await relation.units()).map(({ name }) => name)).toEqual(['hello/1', 'hello/2']);
    await relation.units();
    expect(setup.tools.lines('relation-list')).toHaveLength(1);
  });
});

describe('a databag', () => {
  it('is read once, lazily', async () => {
    const setup = buildModel(one);
    const relation = await friends(setup);
    const bag = relation.data(setup.model.unit);
    expect(setup.tools.lines('relation-get')).toEqual([]);
    await expect(bag.get('host')).resolves.toBe('10.0.0.1');
    await expect(relation.data(setup.model.unit).all()).resolves.toEqual({ host: '10.0.0.1' });
    await relation.data(new RemoteUnit('hello/1')).all();
    expect(setup.tools.lines('relation-get')).toEqual([
      'relation-get --format=json -r friends:4 - hello/0',
      'relation-get --format=json -r friends:4 - hello/1',
    ]);
  });

  it('shows own writes at once, and tells Juju once, at the end', async () => {
    const setup = buildModel(one);
    const bag = (await friends(setup)).data(setup.model.app);
    await bag.set({ a: '1', old: undefined });
    await bag.set({ a: '2', b: '3' });
    await expect(bag.all()).resolves.toEqual({ leader: 'hello/0', a: '2', b: '3' });
    await expect(bag.get('old')).resolves.toBeUndefined();
    expect(setup.tools.lines('relation-set')).toEqual([]);
    await setup.flush();
    expect(setup.tools.lines('relation-set')).toEqual([
      'relation-set -r friends:4 --app --file - < {"a":"2","old":"","b":"3"}',
    ]);
    await expect(bag.all()).resolves.toEqual({ leader: 'hello/0', a: '2', b: '3' });
  });

  it('is not written when it would hold what it holds', async () => {
    const setup = buildModel(one);
    const bag = (await friends(setup)).data(setup.model.unit);
    await bag.set({ host: '10.0.0.1', absent: undefined });
    await setup.flush();
    expect(setup.tools.lines('relation-set')).toEqual([]);
  });

  it('goes back to a savepoint', async () => {
    const setup = buildModel(one);
    const bag = (await friends(setup)).data(setup.model.unit);
    await bag.set({ kept: 'yes' });
    const back = setup.model.participants.map((participant) => participant.savepoint());
    await bag.set({ kept: 'no', forgotten: 'yes' });
    for (const undo of back) undo();
    await expect(bag.all()).resolves.toEqual({ host: '10.0.0.1', kept: 'yes' });
    await setup.flush();
    expect(setup.tools.lines('relation-set')).toEqual([
      'relation-set -r friends:4 --file - < {"kept":"yes"}',
    ]);
  });

  it('that all its writes were undone in is not asked for at the end', async () => {
    const setup = buildModel({ ...one, 'relation-get': refuse('relation not found', 2) });
    const bag = (await friends(setup)).data(setup.model.unit);
    const back = setup.model.participants.map((participant) => participant.savepoint());
    await bag.set({ forgotten: 'yes' });
    for (const undo of back) undo();
    await setup.flush();
    expect(setup.tools.lines('relation-set')).toEqual([]);
  });

  it('goes back to each of several savepoints, as a law', async () => {
    const key = fc.constantFrom('a', 'b', '__proto__');
    const value = fc.constantFrom(undefined, '', '1', '2');
    const writes = fc.array(fc.record({ key, value, undone: fc.boolean() }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(writes, async (steps) => {
        const setup = buildModel({ ...one, 'relation-get': { a: '1' } });
        const bag = (await friends(setup)).data(setup.model.unit);
        const expected = new Map([['a', '1']]);
        for (const { key: name, value: text, undone } of steps) {
          const back = setup.model.participants.map((participant) => participant.savepoint());
          await bag.set(Object.fromEntries([[name, text]]));
          if (undone) for (const undo of back) undo();
          else if (text === undefined || text === '') expected.delete(name);
          else expected.set(name, text);
          expect(new Map(Object.entries(await bag.all()))).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of the application is refused to a minion, before Juju is asked', async () => {
    const setup = buildModel({ ...one, 'is-leader': false });
    const bag = (await friends(setup)).data(setup.model.app);
    await expect(bag.set({ a: '1' })).rejects.toMatchObject({ code: 'not-leader' });
    await expect(bag.set({ b: '1' })).rejects.toMatchObject({ code: 'not-leader' });
    await setup.flush();
    expect(setup.tools.effects).toEqual([
      'relation-ids friends --format=json',
      'is-leader --format=json',
    ]);
  });

  it('that could not be read is not taken for empty', async () => {
    let calls = 0;
    const setup = buildModel({
      ...one,
      'relation-get': () => {
        calls += 1;
        return calls === 1 ? refuse('connection is shut down')() : { ...ok, stdout: '{"a":"1"}' };
      },
    });
    const bag = (await friends(setup)).data(setup.model.unit);
    await expect(bag.all()).rejects.toMatchObject({ code: 'hook-tool-failed' });
    await expect(bag.get('a')).resolves.toBe('1');
  });

  it('is typed by a schema, whose refusal names the relation and the owner', async () => {
    const setup = buildModel({
      ...one,
      'relation-ids': ['greeting:3'],
      'relation-list': ['world/0'],
    });
    const relation = await setup.model.relation('greeting');
    if (relation === undefined) throw new Error('the relation is there');
    const bag = relation.data(await relation.remoteApp());
    await expect(bag.parse(z.object({ colour: z.enum(['blue']) }))).resolves.toEqual({
      colour: 'blue',
    });
    await expect(bag.parse(z.object({ size: z.string() }))).rejects.toMatchObject({
      code: 'invalid-databag',
      relationId: 3,
      owner: 'world',
    });
  });
});
