import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readKeptDeferred } from '../../src/dispatch/read-kept-deferred.ts';
import { KeptUnit, copyPath, defer, localPath, reemit, retiredPath, toolsOf } from './kept-unit.ts';

async function queueOf(unit: KeptUnit): Promise<readonly unknown[]> {
  const { error, numbers } = await unit.hook();
  expect(error).toBeUndefined();
  return numbers;
}

describe('state in the controller', () => {
  it.each(['3.6.9', '4.0.1'])('survives the pod with its disk, on Juju %s', async (version) => {
    const unit = new KeptUnit(version);
    await unit.hook(async (parts) => {
      await defer(1, 2)(parts);
      parts.note.value = 'über 🦀 \u007f\u0085\uFEFF \\u00e9';
    });
    unit.disk = new Map();
    const notes: string[] = [];
    const { numbers } = await unit.hook(({ note }) => void notes.push(note.value));
    expect(numbers).toEqual([1, 2]);
    expect(notes).toEqual(['über 🦀 \u007f\u0085\uFEFF \\u00e9']);
  });

  it('is discarded with a hook that fails after the commit, as databags are', async () => {
    const unit = new KeptUnit();
    await unit.hook(defer(1));
    await unit.hook(reemit, { handling: () => {}, flush: 'fails' });
    expect(await queueOf(unit)).toEqual([1]);
    await unit.hook(defer(2), { flush: 'fails' });
    expect(await queueOf(unit)).toEqual([1]);
  });

  it('costs one question of the first hook, and none of later ones that change nothing', async () => {
    const unit = new KeptUnit();
    expect(toolsOf(await unit.hook())).toEqual(['state-get']);
    expect(toolsOf(await unit.hook())).toEqual([]);
    expect(toolsOf(await unit.hook(({ note }) => void note.value))).toEqual([]);
  });

  it('costs one question and one write of a hook that changes it, and one question after', async () => {
    const unit = new KeptUnit();
    await unit.hook();
    expect(toolsOf(await unit.hook(defer(1, 2, 3)))).toEqual(['state-get', 'state-set']);
    expect(toolsOf(await unit.hook())).toEqual(['state-get']);
    expect(toolsOf(await unit.hook())).toEqual([]);
  });

  it('is asked for again when the copy beside the charm is gone, and when there can be none', async () => {
    const unit = new KeptUnit();
    await unit.hook(defer(1));
    await unit.hook();
    unit.disk = new Map();
    expect(await queueOf(unit)).toEqual([1]);
    unit.disk = new Map([[copyPath, '\0'.repeat(40)]]);
    expect(await queueOf(unit)).toEqual([1]);
  });

  it('is not overwritten when somebody changed it behind the copy; the next hook reads it', async () => {
    const unit = new KeptUnit();
    await unit.hook(defer(1));
    await unit.hook();
    const { disk } = unit;
    await unit.hook(defer(2));
    unit.disk = disk;
    const { committed, error } = await unit.hook(defer(3));
    expect([committed, error]).toMatchObject([false, { code: 'state-changed' }]);
    expect(await queueOf(unit)).toEqual([1, 2]);
  });

  it('is not taken for empty when the question fails', async () => {
    const unit = new KeptUnit();
    await unit.hook(defer(1));
    const repair = unit.faults.add('state-get', { message: 'connection is shut down' });
    expect(await unit.hook(defer(2))).toMatchObject({ error: { code: 'hook-tool-failed' } });
    repair();
    expect(await queueOf(unit)).toEqual([1]);
  });

  it('fills several keys when it is large, and leaves none of them behind', async () => {
    const unit = new KeptUnit();
    const noise = noiseOf(200_000);
    const result = await unit.hook(({ note }) => void (note.value = noise));
    expect(result.committed).toBe(true);
    const [set] = result.calls.filter(({ tool }) => tool === 'state-set');
    const sent = z.parse(z.record(z.string(), z.string()), JSON.parse(set?.stdin ?? ''));
    expect(Object.keys(sent).length).toBeGreaterThan(2);
    expect(Math.max(...Object.values(sent).map((value) => value.length))).toBe(65_536);
    await unit.hook(({ note }) => {
      expect(note.value).toBe(noise);
      note.value = 'little';
    });
    await unit.hook(({ note }) => expect(note.value).toBe('little'));
    await unit.hook(({ note }) => void (note.value = noise.toUpperCase()));
    await unit.hook(({ note }) => expect(note.value).toBe(noise.toUpperCase()));
  });

  it('is refused, with what to do, when it is larger than what Juju keeps', async () => {
    const unit = new KeptUnit();
    await unit.hook(({ note }) => void (note.value = 'before'));
    const { error, calls } = await unit.hook(({ note }) => void (note.value = noiseOf(10_000)), {
      maxSize: 4096,
    });
    expect(error).toMatchObject({ code: 'state-too-large', limit: 4096 });
    expect(String(error)).toContain('max-charm-state-size');
    expect(calls.map(({ tool }) => tool)).not.toContain('state-set');
    await unit.hook(({ note }) => expect(note.value).toBe('before'));
  });

  it('holds ten thousand deferred events', async () => {
    const unit = new KeptUnit();
    const all = Array.from({ length: 10_000 }, (_, number) => number);
    expect(await unit.hook(defer(...all))).toMatchObject({ committed: true });
    expect(await queueOf(unit)).toEqual(all);
  });

  it('shows the deferral queue to a program that looks on', async () => {
    const unit = new KeptUnit();
    await unit.hook(defer(1, 2));
    const run = unit.unit.begin({ kind: 'update-status' });
    const { stdout } = run.tool({ tool: 'state-get', args: ['--format=json'] });
    run.commit();
    expect((await readKeptDeferred(stdout))?.map(({ snapshot }) => snapshot)).toEqual([1, 2]);
  });

  it.each(['', '{}\n', 'null\n', '{"of-another":"charm"}'])(
    'shows no queue to a program that looks on where there is none: %j',
    async (printed) => {
      expect(await readKeptDeferred(printed)).toBeUndefined();
    },
  );

  it('is not guessed at by a program that looks on', async () => {
    await expect(readKeptDeferred('ERROR no')).rejects.toMatchObject({ code: 'corrupt-state' });
    await expect(readKeptDeferred('[1]')).rejects.toMatchObject({ code: 'corrupt-state' });
  });

  it('is refused when its pieces do not make a whole, or a newer charmwright made them', async () => {
    const unit = new KeptUnit();
    await unit.hook(defer(1));
    unit.disk = new Map();
    const damage = (value: string): void => {
      const run = unit.unit.begin({ kind: 'update-status' });
      run.tool({ tool: 'state-set', args: [`charmwright-state=${value}`] });
      run.commit();
    };
    damage('H4sInonsense');
    expect(await unit.hook()).toMatchObject({
      error: { code: 'corrupt-state', place: "Juju's controller" },
    });
    const { gzipSync } = await import('node:zlib');
    damage(gzipSync('{"charmwright":{"format":2},"state":1}\n').toString('base64'));
    expect(await unit.hook()).toMatchObject({ error: { code: 'newer-state', found: 2 } });
  });
});

describe('a local file when the state moves to the controller', () => {
  it('is taken over by the first hook, though that changes nothing, and removed by the second', async () => {
    const unit = await withLocalFile();
    const first = await unit.hook();
    expect(first.numbers).toEqual([1, 2]);
    expect(first.log).toEqual([
      `INFO takes over deferred events and stored state from ${localPath}`,
    ]);
    expect(toolsOf(first)).toEqual(['state-get', 'state-set']);
    expect(unit.disk.has(localPath)).toBe(true);
    const second = await unit.hook(({ note }) => expect(note.value).toBe('kept'));
    expect(second).toMatchObject({ numbers: [1, 2], log: [] });
    expect(toolsOf(second)).toEqual(['state-get']);
    expect([...unit.disk.keys()].sort()).toEqual([copyPath, retiredPath]);
    expect(toolsOf(await unit.hook())).toEqual([]);
  });

  it('stays until the controller has it', async () => {
    const unit = await withLocalFile();
    await unit.hook(reemit, { flush: 'fails', handling: () => {} });
    await unit.hook(reemit, { flush: 'fails', handling: () => {} });
    expect(await queueOf(unit)).toEqual([1, 2]);
  });

  it('does not come back with what the first hook has handled', async () => {
    const unit = await withLocalFile();
    await unit.hook(reemit, { handling: () => {} });
    expect(await queueOf(unit)).toEqual([]);
    expect(await queueOf(unit)).toEqual([]);
  });

  it('is removed at once when there is nothing in it', async () => {
    const unit = new KeptUnit();
    unit.disk = new Map([[localPath, emptyFile]]);
    expect(toolsOf(await unit.hook())).toEqual(['state-get']);
    expect([...unit.disk.keys()]).toEqual([copyPath]);
  });

  it('is joined with what the controller has, when a roll-back wrote it meanwhile', async () => {
    const unit = new KeptUnit();
    await unit.hook(async (parts) => {
      await defer(1, 2)(parts);
      parts.note.value = 'older';
    });
    await unit.hook(
      async (parts) => {
        await defer(2, 3)(parts);
        parts.note.value = 'newer';
      },
      { state: 'file' },
    );
    await unit.hook(({ note }) => expect(note.value).toBe('newer'));
    expect(await queueOf(unit)).toEqual([1, 2, 3]);
    expect(unit.disk.has(localPath)).toBe(false);
  });

  it('stops the hook when it is damaged, rather than being passed over', async () => {
    const unit = await withLocalFile();
    unit.disk = new Map([[localPath, 'x']]);
    expect(await unit.hook()).toMatchObject({
      error: { code: 'corrupt-state', place: localPath },
    });
  });

  it('loses no event however hooks fail, machines die and revisions roll back and forth', async () => {
    const hook = fc.record({
      state: fc.constantFrom('controller', 'controller', 'home', 'file'),
      flush: fc.constantFrom('succeeds', 'succeeds', 'fails'),
      crashAt: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 16 })),
      written: fc.constantFrom(0, 0.5, 1),
      renamed: fc.boolean(),
      defers: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(hook, { maxLength: 10 }), async (hooks) => {
        const unit = new KeptUnit();
        const acknowledged: number[] = [];
        const attempted: number[] = [];
        for (const [
          index,
          { state, flush, crashAt, written, renamed, defers },
        ] of hooks.entries()) {
          const act = defers ? defer(index) : () => {};
          if (defers) attempted.push(index);
          const { committed } = await unit.hook(act, {
            state,
            flush,
            survival: { written, renamed },
            ...(crashAt === undefined ? {} : { crashAt }),
          });
          if (committed && defers) acknowledged.push(index);
        }
        await unit.hook();
        const queue = await queueOf(unit);
        expect(queue).toEqual(expect.arrayContaining(acknowledged));
        expect(attempted).toEqual(expect.arrayContaining([...queue]));
        expect(new Set(queue).size).toBe(queue.length);
        expect([...unit.disk.keys()]).not.toContain(localPath);
      }),
      { numRuns: 300 },
    );
  });
});

/** A unit that ran a revision whose state was in a file. */
async function withLocalFile(): Promise<KeptUnit> {
  const unit = new KeptUnit();
  await unit.hook(
    async (parts) => {
      await defer(1, 2)(parts);
      parts.note.value = 'kept';
    },
    { state: 'file' },
  );
  expect(unit.disk.has(localPath)).toBe(true);
  return unit;
}

/** Text that does not compress well. */
function noiseOf(length: number): string {
  let seed = 1;
  let text = '';
  while (text.length < length) {
    seed = (seed * 48_271) % 2_147_483_647;
    text += seed.toString(36);
  }
  return text;
}

const emptyFile =
  '{"charmwright":{"format":1,"crc32":"bafec156"},"state":{"version":1,"queue":[],"stored":{}}}\n';
