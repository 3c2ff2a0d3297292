import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import {
  DuplicatePathError,
  InvalidStoredStateError,
  NewerStoredStateError,
} from '../../src/framework/errors.ts';
import type { StoredStateOptions } from '../../src/framework/stored-state.ts';
import { NotJsonError } from '../../src/framework/json.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { createUnit, open, ThingEvent } from './unit.ts';

interface Backups {
  count: number;
  ids: string[];
}

const options: StoredStateOptions<Backups> = {
  schema: z.object({ count: z.number(), ids: z.array(z.string()) }),
  initial: () => ({ count: 0, ids: [] }),
};
const owner = { path: 'charm' };

async function stored(store: MemoryStore, own: StoredStateOptions<Backups> = options) {
  const framework = await open({ store });
  return { framework, state: framework.stored(owner, 'backups', own) };
}

async function storing(store: MemoryStore, change: (value: Backups) => void): Promise<void> {
  const { framework, state } = await stored(store);
  change(state.value);
  await framework.commit();
}

async function withDeferred(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const framework = await open({ store });
  const { changed } = createUnit(framework, (event) => event.defer('not yet'));
  for (const thing of ['good', 'bad']) await framework.emit(changed, new ThingEvent(thing));
  await framework.commit();
  return store;
}

describe('a stored state', () => {
  it('begins with its initial value', async () => {
    expect((await stored(new MemoryStore())).state.value).toEqual({ count: 0, ids: [] });
  });

  it('survives with what was changed deep inside it', async () => {
    const store = new MemoryStore();
    await storing(store, (value) => value.ids.push('a'));
    await storing(store, (value) => value.ids.push('b'));
    expect((await stored(store)).state.value).toEqual({ count: 0, ids: ['a', 'b'] });
  });

  it('survives with what was assigned to it', async () => {
    const store = new MemoryStore();
    const { framework, state } = await stored(store);
    state.value = { count: 2, ids: ['x'] };
    await framework.commit();
    expect((await stored(store)).state.value).toEqual({ count: 2, ids: ['x'] });
  });

  it('is not written when it was only read', async () => {
    const store = new MemoryStore();
    await storing(store, () => {});
    expect(store.commits).toHaveLength(0);
    await storing(store, (value) => (value.count = 1));
    await storing(store, () => {});
    expect(store.commits).toHaveLength(1);
  });

  it('is kept while no object claims it', async () => {
    const store = new MemoryStore();
    await storing(store, (value) => (value.count = 7));
    const framework = await open({ store });
    framework.stored(owner, 'other', options).value = { count: 1, ids: [] };
    await framework.commit();
    expect((await stored(store)).state.value.count).toBe(7);
  });

  it('is carried over from an earlier version by migrate', async () => {
    const store = new MemoryStore();
    const before = await open({ store });
    before.stored(owner, 'backups', { schema: z.number(), initial: () => 0 }).value = 3;
    await before.commit();
    const { framework, state } = await stored(store, {
      ...options,
      version: 2,
      migrate: (value, version) => ({ count: value, ids: [`from ${version}`] }),
    });
    expect(state.value).toEqual({ count: 3, ids: ['from 1'] });
    await framework.commit();
    const migrated = await stored(store, { ...options, version: 2 });
    expect(migrated.state.value.count).toBe(3);
  });

  it('is refused, and kept as it is, by an earlier revision than the one that stored it', async () => {
    const store = new MemoryStore();
    await storing(store, (value) => (value.count = 7));
    const later = await stored(store, { ...options, version: 3, migrate: (value) => value });
    later.state.value.count = 8;
    await later.framework.commit();
    const { framework, state } = await stored(store, { ...options, version: 2 });
    expect(() => state.value).toThrow(NewerStoredStateError);
    expect(() => state.value).toThrow('version 3');
    await framework.commit();
    expect((await stored(store, { ...options, version: 3 })).state.value.count).toBe(8);
  });

  it('is refused, with the remedy and without its contents, when it does not fit', async () => {
    const store = new MemoryStore();
    const before = await open({ store });
    before.stored(owner, 'backups', { schema: z.string(), initial: () => '' }).value = 's3cret';
    await before.commit();
    const { state } = await stored(store);
    expect(() => state.value).toThrow(InvalidStoredStateError);
    expect(() => state.value).toThrow('give `migrate`');
    expect(() => state.value).not.toThrow('s3cret');
  });

  it('is refused at the commit when the charm made it unfit', async () => {
    const store = new MemoryStore();
    const unfit = storing(store, (value) => Object.assign(value, { count: 'many' }));
    await expect(unfit).rejects.toThrow(InvalidStoredStateError);
    const lossy = storing(store, (value) => Object.assign(value, { ids: [new Date(0)] }));
    await expect(lossy).rejects.toThrow(NotJsonError);
    expect(store.commits).toHaveLength(0);
  });

  it('has a path of its own', async () => {
    const { framework } = await stored(new MemoryStore());
    expect(() => framework.stored(owner, 'backups', options)).toThrow(DuplicatePathError);
  });
});

describe('a stored state that a re-emitted handler changed before it threw', () => {
  it('is as it was before that handler', async () => {
    const store = await withDeferred();
    const { framework, state } = await stored(store);
    createUnit(framework, ({ thing }) => {
      state.value.ids.push(thing);
      if (thing === 'bad') throw new Error('broken');
    });
    await framework.reemit();
    await framework.commit();
    expect((await stored(store)).state.value.ids).toEqual(['good']);
  });

  it('is as it was before that handler, whichever handlers before and after it changed it', async () => {
    const store = new MemoryStore();
    const before = await open({ store });
    const { changed } = createUnit(before, (event) => event.defer('not yet'));
    const things = [
      'fail 0',
      'read',
      'push a',
      'fail b',
      'idle',
      'fail c',
      'push d',
      'assign e',
      'fail f',
    ];
    for (const thing of things) await before.emit(changed, new ThingEvent(thing));
    await before.commit();
    const { framework, state } = await stored(store);
    const seen: string[] = [];
    createUnit(framework, ({ thing }) => {
      const [what, id = ''] = thing.split(' ');
      if (what === 'read') seen.push(...state.value.ids);
      if (what === 'push' || what === 'fail') state.value.ids.push(id);
      if (what === 'assign') state.value = { ...state.value, ids: [...state.value.ids, id] };
      if (what === 'fail') throw new Error('broken');
    });
    await framework.reemit();
    expect(seen).toEqual([]);
    expect(state.value.ids).toEqual(['a', 'd', 'e']);
    await framework.commit();
    expect((await stored(store)).state.value.ids).toEqual(['a', 'd', 'e']);
  });

  it('does not keep the unit from committing when the handler made it unfit', async () => {
    const store = await withDeferred();
    const { framework, state } = await stored(store);
    createUnit(framework, ({ thing }) => {
      state.value.ids.push(thing);
      if (thing === 'bad') Object.assign(state.value, { count: 'many' });
    });
    await framework.reemit();
    await framework.commit();
    expect(framework.deferred).toMatchObject([{ snapshot: { thing: 'bad' }, attempts: 1 }]);
    expect((await stored(store)).state.value).toEqual({ count: 0, ids: ['good'] });
  });
});
