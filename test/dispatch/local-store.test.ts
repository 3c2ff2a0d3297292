import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  KeptUnit,
  copyPath,
  defer,
  localPath,
  reemit,
  toolsOf,
  type HookOptions,
} from './kept-unit.ts';

const home: HookOptions = { state: 'home' };
/** As on a machine whose charm says nothing of where its state is. */
const unasked: HookOptions = { state: 'home', asks: false };

async function stateOf(unit: KeptUnit, options = home): Promise<readonly unknown[]> {
  let note: string | undefined;
  const { error, numbers } = await unit.hook((parts) => void (note = parts.note.value), options);
  expect(error).toBeUndefined();
  return [...numbers, note];
}

/** A unit that ran a revision whose state was in the controller. */
async function withControllerState(): Promise<KeptUnit> {
  const unit = new KeptUnit();
  await unit.hook(async (parts) => {
    await defer(1, 2)(parts);
    parts.note.value = 'kept';
  });
  return unit;
}

describe('state in the controller when it moves to a local file', () => {
  it('leaves no copy beside the charm of what the controller no longer holds', async () => {
    const unit = await withControllerState();
    await unit.hook();
    expect(unit.disk.has(copyPath)).toBe(true);
    await unit.hook(() => {}, home);
    expect(unit.disk.has(copyPath)).toBe(false);
  });

  it('is taken over by the first hook, though that changes nothing, found gone by the second, and not asked for again', async () => {
    const unit = await withControllerState();
    const first = await unit.hook(() => {}, home);
    expect(first.numbers).toEqual([1, 2]);
    expect(toolsOf(first)).toEqual(['state-get', 'state-set']);
    expect(first.log).toEqual([
      "INFO takes over deferred events and stored state from Juju's controller",
    ]);
    const second = await unit.hook(({ note }) => expect(note.value).toBe('kept'), home);
    expect(second).toMatchObject({ numbers: [1, 2], log: [] });
    expect(toolsOf(second)).toEqual(['state-get']);
    expect(toolsOf(await unit.hook(defer(3), home))).toEqual([]);
    expect(await stateOf(unit)).toEqual([1, 2, 3, 'kept']);
  });

  it('does not come back with what the first hook has handled', async () => {
    const unit = await withControllerState();
    await unit.hook(reemit, { ...home, handling: () => {} });
    expect(await stateOf(unit)).toEqual(['kept']);
    expect(await stateOf(unit)).toEqual(['kept']);
    expect(await stateOf(unit, { state: 'controller' })).toEqual(['kept']);
  });

  it('comes back with what a hook has handled that then failed', async () => {
    const unit = await withControllerState();
    await unit.hook(reemit, { ...home, handling: () => {}, flush: 'fails' });
    expect(await stateOf(unit)).toEqual([1, 2, 'kept']);
  });

  it('survives a crash at every step of the hook that takes it over, whatever the disk keeps', async () => {
    let steps = 0;
    for (const survival of [
      { written: 1, renamed: true },
      { written: 0.5, renamed: true },
      { written: 0, renamed: false },
    ]) {
      for (let crashAt = 1; ; crashAt += 1) {
        const unit = await withControllerState();
        const { committed } = await unit.hook(defer(3), { ...home, crashAt, survival });
        const [first, second, ...rest] = await stateOf(unit);
        expect([first, second, rest.at(-1)], `step ${crashAt}`).toEqual([1, 2, 'kept']);
        expect(await stateOf(unit)).toEqual([first, second, ...rest]);
        if (committed) break;
        steps += 1;
      }
    }
    expect(steps).toBeGreaterThan(12);
  });

  it('is taken for the newer one where it had taken over the very file', async () => {
    const unit = new KeptUnit();
    await unit.hook(defer(1, 2), home);
    await unit.hook(
      async (parts) => {
        await reemit(parts);
        parts.note.value = 'newer';
      },
      { handling: (event) => (event.payload === 2 ? event.defer('still not') : undefined) },
    );
    expect(unit.disk.has(localPath)).toBe(true);
    expect(await stateOf(unit)).toEqual([2, 'newer']);
  });

  it('is joined with a file that a revision wrote which knew nothing of it', async () => {
    const unit = await withControllerState();
    await unit.hook(
      async (parts) => {
        await defer(2, 3)(parts);
        parts.note.value = 'newer';
      },
      { state: 'file' },
    );
    expect(await stateOf(unit)).toEqual([1, 2, 3, 'newer']);
  });

  it('is not taken for empty when the question fails', async () => {
    const unit = await withControllerState();
    const repair = unit.faults.add('state-get', { message: 'connection is shut down' });
    expect(await unit.hook(defer(3), home)).toMatchObject({ error: { code: 'hook-tool-failed' } });
    repair();
    expect(await stateOf(unit)).toEqual([1, 2, 'kept']);
  });

  it('is asked for once by a unit that never had any', async () => {
    const unit = new KeptUnit();
    expect(toolsOf(await unit.hook(defer(1), home))).toEqual(['state-get']);
    expect(toolsOf(await unit.hook(defer(2), home))).toEqual([]);
  });

  it('is not asked for where the charm does not say local, and nothing tells of the controller', async () => {
    const unit = new KeptUnit();
    expect(toolsOf(await unit.hook(defer(1), unasked))).toEqual([]);
    expect(await stateOf(unit, unasked)).toEqual([1, '']);
  });

  it('is taken over where the charm does not say local, but its directory tells of the controller', async () => {
    const unit = await withControllerState();
    expect(await stateOf(unit, unasked)).toEqual([1, 2, 'kept']);

    const other = new KeptUnit();
    await other.hook(defer(1), { state: 'file' });
    await other.hook(defer(2));
    expect(await stateOf(other, unasked)).toEqual([1, 2, '']);
    await other.hook(() => {}, unasked);
    expect(toolsOf(await other.hook(defer(3), unasked))).toEqual([]);
  });

  it('loses nothing and brings nothing back, however often it moves, hooks fail and machines die', async () => {
    const hook = fc.record({
      state: fc.constantFrom('controller', 'home'),
      flush: fc.constantFrom('succeeds', 'succeeds', 'fails'),
      crashAt: fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined }),
      written: fc.constantFrom(0, 0.5, 1),
      renamed: fc.boolean(),
      handles: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(hook, { maxLength: 10 }), async (hooks) => {
        const unit = new KeptUnit();
        const acknowledged = new Set<unknown>();
        const done = new Set<unknown>();
        for (const [index, { state, flush, crashAt, handles, ...survival }] of hooks.entries()) {
          const handled: number[] = [];
          const { committed } = await unit.hook(
            async (parts) => {
              if (handles) await reemit(parts);
              await parts.numbered.emit(index);
            },
            {
              state,
              flush,
              survival,
              ...(crashAt === undefined ? {} : { crashAt }),
              handling: (event) => {
                if (event.attempts === 0) return event.defer('later');
                handled.push(event.payload);
                return undefined;
              },
            },
          );
          // What was handled in a hook that failed may come again or not: its file may be written.
          for (const number of handled) acknowledged.delete(number);
          if (committed) acknowledged.add(index);
          if (committed) for (const number of handled) done.add(number);
        }
        const numbers = (await stateOf(unit)).slice(0, -1);
        expect(numbers).toEqual(expect.arrayContaining([...acknowledged]));
        expect(numbers.filter((number) => done.has(number))).toEqual([]);
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
      { numRuns: 300 },
    );
  });
});
