import * as fc from 'fast-check';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorruptStateError, NewerStateError, StateFileError } from '../../src/framework/errors.ts';
import { FileStore } from '../../src/framework/file-store.ts';
import { readDeferred } from '../../src/framework/read-deferred.ts';
import { CrashingFiles } from './crashing-files.ts';
import { createUnit, open, ThingEvent } from './unit.ts';

describe('the file store', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'file-store-'));
    path = join(directory, 'state.json');
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('holds nothing before the first commit', async () => {
    expect(await new FileStore(path).load()).toBeUndefined();
  });

  it('gives back what was committed last', async () => {
    await new FileStore(path).commit('{"a":"é\\u2028"}');
    await new FileStore(path).commit('{"b":2}');
    expect(await new FileStore(path).load()).toBe('{"b":2}');
  });

  it('is one JSON document, readable by its owner only', async () => {
    const store = new FileStore(path);
    await store.commit('{"a":1}');
    await chmod(path, 0o644);
    await store.commit('{"a":2}');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ state: { a: 2 } });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['state.json']);
  });

  it('clears away what a crashed commit left, and commits over it', async () => {
    const store = new FileStore(path);
    await store.commit('{"a":1}');
    await writeFile(`${path}.draft`, 'half of a comm');
    expect(await new FileStore(path).load()).toBe('{"a":1}');
    expect(await readdir(directory)).toEqual(['state.json']);
    await writeFile(`${path}.draft`, 'half of a comm');
    await store.commit('{"a":2}');
    expect(await store.load()).toBe('{"a":2}');
  });

  it('can be looked at without being touched', async () => {
    const store = new FileStore(path);
    await store.commit('{"a":1}');
    await writeFile(`${path}.draft`, 'a commit under way');
    expect(await store.peek()).toBe('{"a":1}');
    expect(await readdir(directory)).toContain('state.json.draft');
  });

  it.each([
    ['an empty file', ''],
    ['zeros, as a crashed disk leaves them', '\0'.repeat(64)],
    ['a file of another program', '{"version":1}\n'],
    ['a state without its envelope', '{"version":1,"queue":[],"stored":{}}'],
    ['an envelope alone', '{"charmwright":{"format":1,'],
  ])('refuses %s, naming the file and what to do', async (_, content) => {
    await writeFile(path, content);
    const loading = new FileStore(path).load();
    await expect(loading).rejects.toThrow(CorruptStateError);
    await expect(loading).rejects.toThrow(`${path}:`);
    await expect(loading).rejects.toThrow('move it away to start with no deferred events');
  });

  it('refuses the file of a newer format by name', async () => {
    await writeFile(path, '{"charmwright":{"format":2,"compressed":true},"state":"H4sI"}\n');
    const loading = new FileStore(path).load();
    await expect(loading).rejects.toThrow(NewerStateError);
    await expect(loading).rejects.toMatchObject({ found: 2, supported: 1, place: path });
  });

  it('refuses every file that lost its end or had a byte changed', async () => {
    const store = new FileStore(path);
    await store.commit(JSON.stringify({ queue: ['äöü', 1, 2, 3] }));
    const whole = await readFile(path);
    const damaged = fc.oneof(
      fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
      fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
        const copy = Buffer.from(whole);
        copy.writeUInt8(copy.readUInt8(at) ^ flip, at);
        return copy;
      }),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((tail) => Buffer.concat([whole, tail])),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async (content) => {
        await writeFile(path, content);
        const refusal = await store.load().catch((error: unknown) => error);
        expect([CorruptStateError, NewerStateError]).toContain(
          refusal instanceof Error && refusal.constructor,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('says which file it cannot read or write', async () => {
    const missing = new FileStore(join(directory, 'none', 'state.json'));
    await expect(missing.commit('{}')).rejects.toThrow(StateFileError);
    await expect(missing.commit('{}')).rejects.toThrow(join(directory, 'none', 'state.json'));
    await mkdir(path);
    await expect(new FileStore(path).load()).rejects.toThrow(StateFileError);
  });

  it('shows the deferral queue to a program that looks on', async () => {
    expect(await readDeferred(path)).toBeUndefined();
    const framework = await open({ store: new FileStore(path) });
    const { changed } = createUnit(framework, (event) => event.defer('not yet'));
    await framework.emit(changed, new ThingEvent('a'));
    await framework.commit();
    expect(await readDeferred(path)).toEqual(framework.deferred);
  });

  it('makes a framework refuse a state of a newer version, and one that is no state', async () => {
    const store = new FileStore(path);
    await store.commit('{"version":2,"queue":"compressed"}');
    await expect(open({ store })).rejects.toMatchObject({ code: 'newer-state', place: path });
    await store.commit('{"version":1,"queue":[{"emitter":"charm"}],"stored":{}}');
    await expect(open({ store })).rejects.toMatchObject({ code: 'corrupt-state', place: path });
    await store.commit('[]');
    await expect(open({ store })).rejects.toMatchObject({ code: 'corrupt-state', place: path });
  });
});

describe('the file store on a machine that dies at any moment', () => {
  it('holds the last acknowledged commit or the one under way, always whole', async () => {
    const crash = fc.record({
      texts: fc.array(fc.json(), { minLength: 1, maxLength: 4 }),
      crashAt: fc.integer({ min: 1, max: 40 }),
      written: fc.double({ min: 0, max: 1, noNaN: true }),
      renamed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(crash, async ({ texts, crashAt, written, renamed }) => {
        const files = new CrashingFiles(new Map(), crashAt, { written, renamed });
        const allowed = await commitUntilCrash(new FileStore('/charm/state', { files }), texts);
        const after = new FileStore('/charm/state', { files: new CrashingFiles(files.remains) });
        expect(allowed).toContain(await after.load());
        await after.commit('{"next":true}');
        expect(await after.load()).toBe('{"next":true}');
      }),
      { numRuns: 500 },
    );
  });

  it('syncs the file before the rename and the directory after it', async () => {
    const calls: string[] = [];
    const files = new CrashingFiles();
    const recorded = new FileStore('/charm/state', {
      files: {
        read: (path) => files.read(path),
        create: async (path, text) => {
          await files.create(path, text);
          calls.push(`create ${path}`);
        },
        rename: async (from, to) => {
          calls.push(`rename ${from} ${to}`);
          await files.rename(from, to);
        },
        remove: (path) => files.remove(path),
        syncDirectory: async (path) => {
          calls.push(`sync ${path}`);
          await files.syncDirectory();
        },
      },
    });
    await recorded.commit('{}');
    expect(calls).toEqual([
      'create /charm/state.draft',
      'rename /charm/state.draft /charm/state',
      'sync /charm',
    ]);
  });
});

/** What the store may hold after the crash: the last acknowledged text, and one under way. */
async function commitUntilCrash(
  store: FileStore,
  texts: readonly string[],
): Promise<(string | undefined)[]> {
  let acknowledged: string | undefined;
  for (const text of texts) {
    const died = await store.commit(text).then(
      () => false,
      () => true,
    );
    if (died) return [acknowledged, text];
    acknowledged = text;
  }
  return [acknowledged];
}
