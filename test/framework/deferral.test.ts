import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { Abort } from '../../src/framework/abort.ts';
import { AlreadyReemittedError } from '../../src/framework/errors.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { dispatch, createUnit, open, ThingEvent, type Handling } from './unit.ts';

const deferAll: Handling = (event) => event.defer('not yet');
const deferThings =
  (...things: string[]): Handling =>
  (event) =>
    things.includes(event.thing) ? event.defer(`${event.thing} is not ready`) : undefined;

const failing =
  (...things: string[]): Handling =>
  (event) => {
    if (things.includes(event.thing)) throw new Error(`${event.thing} is broken`);
  };

async function deferred(...things: string[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  const framework = await open({ store });
  const { changed } = createUnit(framework, deferAll);
  for (const thing of things) await framework.emit(changed, new ThingEvent(thing));
  await framework.commit();
  return store;
}

describe('a deferred event', () => {
  it('comes again at the next dispatch, before the event of that dispatch', async () => {
    const store = new MemoryStore();
    await dispatch({ store, thing: 'a', handling: deferAll });
    const { unit, framework } = await dispatch({ store, thing: 'b' });
    expect(unit.handled).toEqual(['a', 'b']);
    expect(framework.deferred).toEqual([]);
  });

  it('tells its handler how often, since when and why it comes again', async () => {
    const store = new MemoryStore();
    const seen: unknown[] = [];
    const handling: Handling = (event) => {
      seen.push([event.attempts, event.deferredSince?.toISOString(), event.lastReason]);
      return event.defer(`reason ${event.attempts}`);
    };
    await dispatch({ store, thing: 'a', handling, now: '2026-11-24T10:00:00Z' });
    await dispatch({ store, handling, now: '2026-11-24T10:05:00Z' });
    await dispatch({ store, handling, now: '2026-11-24T10:10:00Z' });
    expect(seen).toEqual([
      [0, undefined, undefined],
      [1, '2026-11-24T10:00:00.000Z', 'reason 0'],
      [2, '2026-11-24T10:00:00.000Z', 'reason 1'],
    ]);
  });

  it('keeps its place however often it is deferred', async () => {
    const store = new MemoryStore();
    for (const thing of ['a', 'b', 'c']) await dispatch({ store, thing, handling: deferAll });
    await dispatch({ store, handling: deferThings('a', 'c') });
    const { unit } = await dispatch({ store });
    expect(unit.handled).toEqual(['a', 'c']);
  });

  it('keeps its place before one that is new, when an earlier handler brings that one about', async () => {
    const store = new MemoryStore();
    const before = await open({ store });
    const { changed } = createUnit(before, deferAll);
    for (const thing of ['a', 'b']) await before.emit(changed, new ThingEvent(thing));
    await before.commit();
    const framework = await open({ store });
    const unit = createUnit(framework, async (event) => {
      if (event.thing === 'a') await framework.emit(unit.changed, new ThingEvent('new'));
      return event.defer('not yet');
    });
    await framework.reemit();
    const things = framework.deferred.map(({ snapshot }) => snapshot);
    expect(things).toEqual([{ thing: 'a' }, { thing: 'b' }, { thing: 'new' }]);
  });

  it('is held once when the same event is deferred again, and is handled once in a dispatch', async () => {
    const store = new MemoryStore();
    await dispatch({ store, thing: 'a', handling: deferAll });
    const { unit, framework } = await dispatch({ store, thing: 'a', handling: deferAll });
    expect(unit.handled).toEqual(['a']);
    expect(framework.deferred).toMatchObject([{ attempts: 1 }]);
  });

  it('does not stand in for the event of this dispatch once its handler is done with it', async () => {
    const store = new MemoryStore();
    await dispatch({ store, thing: 'a', handling: deferAll });
    const { unit } = await dispatch({ store, thing: 'a' });
    expect(unit.handled).toEqual(['a', 'a']);
  });

  it('is told apart from one with another snapshot, emitter, kind, observer or handler', async () => {
    const framework = await open();
    const left = createUnit(framework, deferAll, { path: 'lib/left' });
    const right = createUnit(framework, deferAll, { path: 'lib/left/[x]' });
    framework.observe(right, left.changed, right.onChanged);
    await framework.emit(left.changed, new ThingEvent('a'));
    await framework.emit(left.changed, new ThingEvent('b'));
    await framework.emit(right.changed, new ThingEvent('a'));
    expect(framework.deferred).toHaveLength(5);
  });

  it('waits for the next dispatch when it is first deferred during the re-emission', async () => {
    const store = new MemoryStore();
    await dispatch({ store, thing: 'a', handling: deferAll });
    const framework = await open({ store });
    const unit = createUnit(framework, async (event) => {
      if (event.thing !== 'a') return event.defer('new');
      await framework.emit(unit.changed, new ThingEvent('nested'));
      return undefined;
    });
    await framework.reemit();
    expect(unit.handled).toEqual(['a', 'nested']);
    expect(framework.deferred).toMatchObject([{ snapshot: { thing: 'nested' }, attempts: 0 }]);
  });

  it('is kept, with a warning, when its handler forgets to return what defer() gave', async () => {
    const store = new MemoryStore();
    const { framework, logger } = await dispatch({
      store,
      thing: 'a',
      handling: (event) => void event.defer('forgotten'),
    });
    expect(framework.deferred).toMatchObject([{ reason: 'forgotten' }]);
    expect(logger.of('WARNING')).toEqual([expect.stringContaining('return event.defer')]);
  });

  it('stands for an equal one that its own handler brings about while it is handled', async () => {
    const store = await deferred('a');
    const framework = await open({ store });
    const unit = createUnit(framework, async (event) => {
      await framework.emit(unit.changed, new ThingEvent(event.thing));
    });
    await framework.reemit();
    expect(unit.handled).toEqual(['a']);
    expect(framework.deferred).toEqual([]);
  });

  it('finds an object whose path ends in the name of a unit, and no other', async () => {
    const store = new MemoryStore();
    const paths = ['backends/db/0', 'backends/db/1', 'backends/db', 'backends'];
    const build = async (handling: Handling) => {
      const framework = await open({ store });
      return { framework, units: paths.map((path) => createUnit(framework, handling, { path })) };
    };
    const before = await build(deferAll);
    for (const { changed, path } of before.units) {
      await before.framework.emit(changed, new ThingEvent(path));
    }
    await before.framework.commit();
    const after = await build(() => {});
    await after.framework.reemit();
    expect(after.units.map(({ handled }) => handled)).toEqual(paths.map((path) => [path]));
  });

  it('is re-emitted to the handler that deferred it and to no other', async () => {
    const store = new MemoryStore();
    const build = async (handling: Handling) => {
      const framework = await open({ store });
      const first = createUnit(framework, handling, { path: 'first' });
      const second = createUnit(framework, () => {}, { path: 'second' });
      framework.observe(second, first.changed, second.onChanged);
      return { framework, first, second };
    };
    const before = await build(deferAll);
    await before.framework.emit(before.first.changed, new ThingEvent('a'));
    await before.framework.commit();
    const after = await build(() => {});
    await after.framework.reemit();
    expect([before.second.handled, after.first.handled, after.second.handled]).toEqual([
      ['a'],
      ['a'],
      [],
    ]);
  });
});

describe('a deferred event that nothing can handle any more', () => {
  const cases = [
    ['whose handler is gone', { observes: false }, 'charm.onChanged does not observe it any more'],
    ['whose emitter is gone', { path: 'other' }, 'charm has no event thing-changed any more'],
    ['whose subject is gone', { goneThings: ['a'] }, 'a is gone'],
  ] as const;

  it.each(cases)('%s is dropped with a warning that names it', async (_, options, why) => {
    const store = new MemoryStore();
    await dispatch({ store, thing: 'a', handling: deferAll });
    const dropped: string[] = [];
    const { unit, framework, logger } = await dispatch({
      store,
      thing: 'b',
      ...options,
      listener: { dropped: (_entry, reason) => dropped.push(reason) },
    });
    expect(framework.deferred).toEqual([]);
    expect(dropped).toEqual([why]);
    expect(logger.of('WARNING')).toEqual([
      `dropped the deferred thing-changed for charm.onChanged (attempt 1, deferred since 2026-11-24T10:00:00.000Z: not yet): ${why}`,
    ]);
    expect(unit.handled).not.toContain('a');
  });

  it('stays when it only cannot be restored now', async () => {
    const store = new MemoryStore();
    await dispatch({ store, thing: 'a', handling: deferAll });
    const { framework } = await dispatch({ store, unavailable: ['a'] });
    expect(framework.deferred).toMatchObject([{ attempts: 1, lastError: 'the hook tool failed' }]);
    const { unit } = await dispatch({ store });
    expect(unit.handled).toEqual(['a']);
  });
});

describe('a handler that throws when its event comes again', () => {
  it('leaves its entry in its place and lets all others and the event of the dispatch run', async () => {
    const store = await deferred('a', 'b', 'c');
    const { unit, framework, logger } = await dispatch({
      store,
      thing: 'd',
      handling: failing('b'),
    });
    expect(unit.handled).toEqual(['a', 'b', 'c', 'd']);
    expect(framework.deferred).toMatchObject([
      { snapshot: { thing: 'b' }, attempts: 1, lastError: 'b is broken', reason: 'not yet' },
    ]);
    expect(logger.of('ERROR')).toEqual([
      expect.stringMatching(/cannot re-emit the deferred thing-changed.*Error: b is broken/s),
    ]);
  });

  it('is told to the listener with its error', async () => {
    const store = await deferred('a');
    const failures: unknown[] = [];
    await dispatch({
      store,
      handling: failing('a'),
      listener: { failed: ({ attempts }, error) => failures.push([attempts, error]) },
    });
    expect(failures).toEqual([[1, new Error('a is broken')]]);
  });

  it('loses its last error once it defers properly again', async () => {
    const store = await deferred('a');
    await dispatch({ store, handling: failing('a') });
    const { framework } = await dispatch({ store, handling: deferAll });
    expect(framework.deferred[0]).not.toHaveProperty('lastError');
    expect(framework.deferred).toMatchObject([{ attempts: 2 }]);
  });

  it('takes back what it gathered, and nothing else', async () => {
    const store = await deferred('a', 'b', 'c');
    const framework = await open({ store });
    const gathered: string[] = [];
    const flushed: string[] = [];
    framework.join({
      savepoint: () => {
        const { length } = gathered;
        return () => void gathered.splice(length);
      },
      flush: async () => void flushed.push(...gathered),
    });
    createUnit(framework, ({ thing }) => {
      gathered.push(thing);
      if (thing === 'b') throw new Error('broken');
    });
    await framework.reemit();
    await framework.commit();
    expect(flushed).toEqual(['a', 'c']);
  });

  it('takes back the events that it had others defer', async () => {
    const store = await deferred('a');
    const framework = await open({ store });
    const other = createUnit(framework, deferAll, { path: 'other' });
    createUnit(framework, async () => {
      await framework.emit(other.changed, new ThingEvent('nested'));
      expect(framework.deferred).toHaveLength(2);
      throw new Error('broken');
    });
    await framework.reemit();
    expect(framework.deferred).toMatchObject([{ observer: 'charm', attempts: 1 }]);
  });

  it('is done with its event, and keeps what it gathered, when it aborts', async () => {
    const store = await deferred('a', 'b');
    const { unit, framework } = await dispatch({
      store,
      thing: 'c',
      handling: ({ thing }) => {
        if (thing === 'a') throw new Abort('the configuration is wrong');
      },
    });
    expect(unit.handled).toEqual(['a', 'b', 'c']);
    expect(framework.deferred).toEqual([]);
  });
});

describe('a handler that throws when its event is new', () => {
  it('lets the error out and commits nothing, so all that was re-emitted comes again', async () => {
    const store = new MemoryStore();
    await dispatch({ store, thing: 'a', handling: deferAll });
    const [committed] = store.commits;
    await expect(dispatch({ store, thing: 'b', handling: failing('b') })).rejects.toThrow(
      'b is broken',
    );
    expect(store.commits).toEqual([committed]);
    const { unit } = await dispatch({ store, thing: 'b' });
    expect(unit.handled).toEqual(['a', 'b']);
  });
});

describe('the queue', () => {
  it('is none where nobody observes, and leaves nothing in the store', async () => {
    const store = new MemoryStore();
    await dispatch({ store, thing: 'a', handling: deferAll, observes: false });
    expect(store.commits).toHaveLength(0);
  });

  it('is written in one commit, and only when something changed', async () => {
    const store = new MemoryStore();
    await dispatch({ store });
    await dispatch({ store, thing: 'a' });
    expect(store.commits).toHaveLength(0);
    await dispatch({ store, thing: 'a', handling: deferAll });
    expect(store.commits).toHaveLength(1);
    const framework = await open({ store });
    await framework.commit();
    expect(store.commits).toHaveLength(1);
  });

  it('is told entry by entry up to a hundred, and then in one line', async () => {
    const store = await deferred(...Array.from({ length: 150 }, (_, index) => `thing ${index}`));
    const { logger } = await dispatch({ store });
    const lines = logger.of('DEBUG').filter((line) => line.startsWith('re-emitting'));
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('re-emitting 50 deferred events more');
  });

  it('is re-emitted once in a dispatch', async () => {
    const framework = await open();
    await framework.reemit();
    await expect(framework.reemit()).rejects.toThrow(AlreadyReemittedError);
  });

  it('follows its laws for any course of dispatches', async () => {
    const things = ['a', 'b', 'c', 'd'];
    const course = fc.array(
      fc.record({
        thing: fc.option(fc.constantFrom(...things), { nil: undefined }),
        deferring: fc.subarray(things),
        failing: fc.subarray(things),
        crash: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(course, async (dispatches) => {
        const store = new MemoryStore();
        let expected: string[] = [];
        for (const { thing, deferring, failing, crash } of dispatches) {
          const again: string[] = [];
          const framework = await open({ store });
          const unit = createUnit(framework, (event) => {
            if (event.attempts > 0) again.push(event.thing);
            if (deferring.includes(event.thing)) return event.defer('not yet');
            if (event.attempts > 0 && failing.includes(event.thing)) throw new Error('broken');
            return undefined;
          });
          await framework.reemit();
          expect(unit.handled).toEqual(expected);
          const left = expected.filter(
            (item) => deferring.includes(item) || failing.includes(item),
          );
          if (thing !== undefined) await framework.emit(unit.changed, new ThingEvent(thing));
          if (thing !== undefined && deferring.includes(thing) && !left.includes(thing)) {
            left.push(thing);
          }
          expect(again).toEqual(expected);
          if (crash) continue;
          await framework.commit();
          expected = left;
        }
      }),
    );
  });

  it.each([
    ['handled', () => {}],
    ['deferred again', deferAll],
    [
      'failing',
      () => {
        throw new Error('broken');
      },
    ],
  ] as const)('takes work in proportion to its length when all are %s', async (_, handling) => {
    const operationsFor = async (length: number): Promise<number> => {
      const store = new MemoryStore();
      const before = await open({ store });
      const source = createUnit(before, deferAll).changed;
      for (let index = 0; index < length; index += 1) {
        await before.emit(source, new ThingEvent(`thing ${index}`));
      }
      before.stored({ path: 'charm' }, 'note', noteOptions).value = 'x'.repeat(1000);
      await before.commit();
      return countOperations(async () => {
        const framework = await open({ store });
        const unit = createUnit(framework, handling);
        const note = framework.stored({ path: 'library' }, 'note', noteOptions);
        framework.join({ savepoint: () => () => {}, flush: async () => {} });
        expect(note.value).toBe('note');
        await framework.reemit();
        await framework.commit();
        expect(unit.handled).toHaveLength(length);
      });
    };
    const perEntry = (await operationsFor(100)) / 100;
    expect(perEntry).toBeGreaterThan(1);
    expect((await operationsFor(2000)) / 2000).toBeLessThan(perEntry * 1.1);
  });
});

const noteOptions = { schema: z.string(), initial: () => 'note' };

/**
 * Counts what a queue could do too much of: texts printed for keys, look-ups in maps, steps through
 * them, and copies of stored state.
 */
async function countOperations(action: () => Promise<void>): Promise<number> {
  let count = 0;
  function counted<A extends unknown[], R>(original: (...args: A) => R) {
    return function call(this: unknown, ...args: A): R {
      count += 1;
      return Reflect.apply(original, this, args);
    };
  }
  const { stringify } = JSON;
  const { has, get, set, delete: remove, values } = Map.prototype;
  const { structuredClone: clone } = globalThis;
  const spies = [
    vi.spyOn(globalThis, 'structuredClone').mockImplementation(counted(clone)),
    vi.spyOn(JSON, 'stringify').mockImplementation(counted(stringify)),
    vi.spyOn(Map.prototype, 'has').mockImplementation(counted(has)),
    vi.spyOn(Map.prototype, 'get').mockImplementation(counted(get)),
    vi.spyOn(Map.prototype, 'set').mockImplementation(counted(set)),
    vi.spyOn(Map.prototype, 'delete').mockImplementation(counted(remove)),
    vi.spyOn(Map.prototype, 'values').mockImplementation(function steps(
      this: Map<unknown, unknown>,
    ) {
      count += this.size;
      return values.call(this);
    }),
  ];
  try {
    await action();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return count;
}
