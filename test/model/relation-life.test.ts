import { describe, expect, it } from 'vitest';
import { RemoteApplication, RemoteUnit } from '../../src/model/remote.ts';
import { ok, refuse } from '../support/canned-hook-tools.ts';
import { buildModel, type ModelUnderTest } from './build-model.ts';

function inHook(
  hook: string,
  more: Readonly<Record<string, string>> = {},
  answers: Record<string, unknown> = {},
): ModelUnderTest {
  return buildModel(
    { 'is-leader': true, 'relation-ids': ['greeting:3', 'greeting:5'], ...answers },
    `hooks/greeting-relation-${hook}`,
    {
      JUJU_RELATION: 'greeting',
      JUJU_RELATION_ID: 'greeting:3',
      JUJU_REMOTE_APP: 'world',
      ...more,
    },
  );
}

async function greeting({ model }: ModelUnderTest, id = 3) {
  const relation = await model.relation('greeting', id);
  if (relation === undefined) throw new Error('the relation is there');
  return relation;
}

describe('a relation by its id', () => {
  it('is the same object as in the list', async () => {
    const setup = inHook('created');
    expect(await greeting(setup)).toBe((await setup.model.relations('greeting'))[0]);
  });

  it('is undefined when the id is unknown, or of another endpoint', async () => {
    const { model } = buildModel({
      'relation-ids': ({ args }: { args: readonly string[] }) => ({
        ...ok,
        stdout: args[0] === 'greeting' ? '["greeting:3"]' : '["friends:4"]',
      }),
    });
    await expect(model.relation('greeting', 99)).resolves.toBeUndefined();
    await expect(model.relation('greeting', 4)).resolves.toBeUndefined();
    await expect(model.relation('friends', 4)).resolves.toMatchObject({ id: 4 });
  });

  it('of the hook is undefined on another endpoint', async () => {
    await expect(inHook('changed').model.relation('friends', 3)).resolves.toBeUndefined();
  });
});

describe('the phase of a relation', () => {
  it.each([
    ['created', 'created'],
    ['departed', 'departing'],
    ['broken', 'broken'],
  ])('is known without asking in relation-%s', async (hook, phase) => {
    const unit = hook === 'departed' ? 'world/0' : '';
    const setup = inHook(hook, { JUJU_REMOTE_UNIT: unit, JUJU_DEPARTING_UNIT: unit });
    await expect((await greeting(setup)).phase()).resolves.toBe(phase);
    expect(setup.tools.effects).toEqual([]);
  });

  it('is joined when a unit changes', async () => {
    const setup = inHook('changed', { JUJU_REMOTE_UNIT: 'world/0' });
    await expect((await greeting(setup)).phase()).resolves.toBe('joined');
  });

  it.each([
    [[], 'created'],
    [['world/0'], 'joined'],
  ])('follows from the units %j where no hook tells', async (units, phase) => {
    const setup = inHook('changed', {}, { 'relation-list': units });
    await expect((await greeting(setup)).phase()).resolves.toBe(phase);
    await expect((await greeting(setup, 5)).phase()).resolves.toBe(phase);
  });
});

describe('a relation that breaks', () => {
  it('is not in the list, and its event still reaches it', async () => {
    const setup = inHook('broken');
    expect((await setup.model.relations('greeting')).map(({ id }) => id)).toEqual([5]);
    const broken = await greeting(setup);
    expect(broken.active).toBe(false);
    await expect(broken.units()).resolves.toEqual([]);
    await expect(broken.remoteApp()).resolves.toMatchObject({ name: 'world' });
    expect((await greeting(setup, 5)).active).toBe(true);
  });

  it('still shows the other side’s data', async () => {
    const setup = inHook('broken', {}, { 'relation-get': { colour: 'blue' } });
    const relation = await greeting(setup);
    await expect(relation.data(await relation.remoteApp()).get('colour')).resolves.toBe('blue');
  });

  it('reads as empty once Juju has put it away', async () => {
    const missing = refuse('invalid value "3" for option -r: relation not found', 2);
    const setup = inHook('broken', {}, { 'relation-get': missing });
    const relation = await greeting(setup);
    await expect(relation.data(await relation.remoteApp()).all()).resolves.toEqual({});
  });
});

describe('a relation that goes on', () => {
  it('is not taken for empty when Juju does not find it', async () => {
    const missing = refuse('invalid value "3" for option -r: relation not found', 2);
    const setup = inHook('changed', {}, { 'relation-get': missing });
    const relation = await greeting(setup);
    await expect(relation.data(setup.model.unit).all()).rejects.toMatchObject({
      code: 'hook-tool-not-found',
    });
  });
});

describe('a unit that departs', () => {
  const departed = { JUJU_REMOTE_UNIT: 'world/1', JUJU_DEPARTING_UNIT: 'world/1' };

  it('is not among the units, and its data can be read', async () => {
    const setup = inHook('departed', departed, {
      'relation-list': ['world/0', 'world/1'],
      'relation-get': { colour: 'red' },
    });
    const relation = await greeting(setup);
    expect((await relation.units()).map(({ name }) => name)).toEqual(['world/0']);
    await expect(relation.data(new RemoteUnit('world/1')).get('colour')).resolves.toBe('red');
  });
});

describe('units and applications of the other side', () => {
  it('are one object each', async () => {
    const setup = inHook('changed', {}, { 'relation-list': ['world/0'] });
    const relation = await greeting(setup);
    expect((await relation.units())[0]).toBe((await relation.units())[0]);
    expect(await relation.remoteApp()).toBe(await relation.remoteApp());
    expect((await relation.units())[0]).toMatchObject({ appName: 'world', number: 0 });
  });
});

describe('who may read what', () => {
  it('keeps the own application’s data from a minion, before Juju is asked', async () => {
    const setup = inHook('changed', {}, { 'is-leader': false });
    const bag = (await greeting(setup)).data(setup.model.app);
    const iterate = async () => {
      for await (const entry of bag) return entry;
      return undefined;
    };
    for (const read of [bag.all(), bag.get('a'), bag.has('a'), bag.keys(), iterate()]) {
      await expect(read).rejects.toMatchObject({ code: 'not-leader' });
    }
    expect(setup.tools.effects).toEqual(['is-leader --format=json']);
  });

  it('shows the own application’s data to every peer, without asking who leads', async () => {
    const { model, tools } = buildModel({
      'relation-ids': ['friends:4'],
      'relation-get': { leader: 'hello/1' },
      'is-leader': false,
    });
    const friends = await model.relation('friends');
    await expect(friends?.data(model.app).get('leader')).resolves.toBe('hello/1');
    await expect(friends?.data(await friends.remoteApp()).get('leader')).resolves.toBe('hello/1');
    expect(tools.lines('is-leader')).toEqual([]);
    expect(tools.lines('relation-get')).toHaveLength(1);
  });

  it('shows a peer’s view of the application what this leader has just written', async () => {
    const { model } = buildModel({
      'relation-ids': ['friends:4'],
      'relation-get': {},
      'is-leader': true,
    });
    const friends = await model.relation('friends');
    await friends?.data(model.app).set({ leader: 'hello/0' });
    await expect(friends?.data(await friends.remoteApp()).get('leader')).resolves.toBe('hello/0');
  });

  it.each([new RemoteUnit('hello/1'), new RemoteApplication('hello'), new RemoteUnit('mars/0')])(
    'refuses $name, who is not on the other side, before Juju is asked',
    async (stranger) => {
      const setup = inHook('changed');
      const bag = (await greeting(setup)).data(stranger);
      await expect(bag.all()).rejects.toMatchObject({ code: 'databag-access' });
      expect(setup.tools.effects).toEqual([]);
    },
  );

  it.each(['set', 'delete', 'replace', 'save'])(
    'refuses %s() of the other side’s data to callers without types',
    async (method) => {
      const setup = inHook('changed');
      const bag = (await greeting(setup)).data(new RemoteUnit('world/0'));
      const write: unknown = Reflect.get(bag, method);
      expect(() => {
        if (typeof write === 'function') Reflect.apply(write, bag, [{}]);
      }).toThrow(expect.objectContaining({ code: 'databag-access', owner: 'world/0' }));
    },
  );
});
