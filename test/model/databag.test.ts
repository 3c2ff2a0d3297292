import { inspect } from 'node:util';
import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import { databagForm, textFields } from '../../src/model/databag-form.ts';
import { buildModel } from './build-model.ts';

function mebibytes(count: number): string {
  return 'x'.repeat(count * 1024 * 1024);
}

async function unitBag(held: Readonly<Record<string, string>>) {
  const setup = buildModel({ 'relation-ids': ['greeting:3'], 'relation-get': held });
  const relation = await setup.model.relation('greeting');
  if (relation === undefined) throw new Error('the relation is there');
  const sent = async (): Promise<unknown> => {
    await setup.flush();
    const [call] = setup.tools.calls.filter(({ tool }) => tool === 'relation-set');
    return call === undefined ? undefined : JSON.parse(call.stdin ?? '');
  };
  return { bag: relation.data(setup.model.unit), sent, setup };
}

describe('a writable databag', () => {
  it('shows nothing of its content when it is printed', async () => {
    const { bag } = await unitBag({ password: 'hunter2' });
    await bag.set({ password: 'hunter3' });
    await bag.all();
    const shown = [inspect(bag, { depth: 9 }), JSON.stringify(bag)].join(' ');
    expect(shown).not.toContain('hunter');
  });

  it('removes keys, absent ones too, in one call', async () => {
    const { bag, sent } = await unitBag({ a: '1', b: '2' });
    await bag.delete('a', 'absent');
    await expect(bag.has('a')).resolves.toBe(false);
    await expect(bag.keys()).resolves.toEqual(['b']);
    await expect(sent()).resolves.toEqual({ a: '' });
  });

  it('is replaced, but for the addresses that Juju keeps in it', async () => {
    const { bag, sent } = await unitBag({ 'ingress-address': '10.0.0.1', a: '1', b: '2' });
    await bag.replace({ b: '3', c: '4' });
    await expect(bag.all()).resolves.toEqual({ 'ingress-address': '10.0.0.1', b: '3', c: '4' });
    await expect(sent()).resolves.toEqual({ a: '', b: '3', c: '4' });
  });

  it('is iterated as it stands', async () => {
    const { bag } = await unitBag({ a: '1' });
    await bag.set({ b: '2' });
    const entries = [];
    for await (const entry of bag) entries.push(entry);
    expect(entries).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('knows no keys that JavaScript objects have by birth', async () => {
    const { bag } = await unitBag({});
    await expect(bag.get('constructor')).resolves.toBeUndefined();
    await expect(bag.has('toString')).resolves.toBe(false);
  });

  it.each([{ '': 'x' }, { port: 5432 }, { on: true }, { list: ['a'] }, { none: null }])(
    'refuses %j, which is not of strings, before Juju is asked',
    async (changes) => {
      const { bag, setup } = await unitBag({});
      const untyped: unknown = Reflect.apply(bag.set, bag, [changes]);
      await expect(untyped).rejects.toMatchObject({ code: 'databag-value' });
      expect(setup.tools.lines('relation-get')).toEqual([]);
    },
  );

  it('refuses more than Juju takes, at once or with what it holds already', async () => {
    const { bag } = await unitBag({});
    await expect(bag.set({ big: mebibytes(16) })).rejects.toMatchObject({ code: 'databag-value' });
    const half = await unitBag({ held: mebibytes(9) });
    await half.bag.set({ more: mebibytes(8) });
    await expect(half.setup.flush()).rejects.toMatchObject({ code: 'databag-value' });
    expect(half.setup.tools.lines('relation-set')).toEqual([]);
  });
});

const backend = databagForm(
  z.object({ host: z.string(), port: z.int(), tags: z.optional(z.array(z.string())) }),
);

describe('a form', () => {
  it('is written as JSON, field by field, and keeps what is not its own', async () => {
    const { bag, sent } = await unitBag({ 'ingress-address': '10.0.0.1', tags: '["old"]' });
    await bag.save(backend, { host: 'db', port: 5432 });
    await expect(sent()).resolves.toEqual({ host: '"db"', port: '5432', tags: '' });
    await expect(bag.get('ingress-address')).resolves.toBe('10.0.0.1');
    await expect(bag.load(backend)).resolves.toEqual({ host: 'db', port: 5432 });
  });

  it('is checked before it is written', async () => {
    const { bag, sent } = await unitBag({});
    await expect(bag.save(backend, { host: 'db', port: 0.5 })).rejects.toMatchObject({
      code: 'databag-value',
      message: expect.stringContaining('port'),
    });
    await expect(sent()).resolves.toBeUndefined();
  });

  it.each([
    ['no JSON', { host: 'hunter2', port: '1' }],
    ['of another type', { host: '"hunter2"', port: '"hunter2"' }],
    ['missing', { host: '"hunter2"' }],
  ])('is refused when a field is %s, without telling values', async (_what, held) => {
    const { bag } = await unitBag(held);
    const error: unknown = await bag.load(backend).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-databag', relationId: 3 });
    expect(String(error)).not.toContain('hunter2');
  });

  it('takes text as it is with the codec for text', async () => {
    const plain = databagForm(z.object({ host: z.string() }), textFields);
    const { bag, sent } = await unitBag({});
    await bag.save(plain, { host: 'db' });
    await expect(bag.load(plain)).resolves.toEqual({ host: 'db' });
    await expect(sent()).resolves.toEqual({ host: 'db' });
  });

  it('writes what a codec of the schema reads', async () => {
    const seconds = z.codec(z.number(), z.date(), {
      decode: (value) => new Date(value * 1000),
      encode: (date) => date.getTime() / 1000,
    });
    const lease = databagForm(z.object({ until: seconds }));
    const { bag, sent } = await unitBag({});
    await bag.save(lease, { until: new Date(60_000) });
    await expect(bag.load(lease)).resolves.toEqual({ until: new Date(60_000) });
    await expect(sent()).resolves.toEqual({ until: '60' });
  });

  it('refuses to write through a transform that cannot be undone', async () => {
    const shout = databagForm(
      z.object({
        text: z.pipe(
          z.string(),
          z.transform((text) => text.toUpperCase()),
        ),
      }),
    );
    const { bag } = await unitBag({});
    await expect(bag.save(shout, { text: 'A' })).rejects.toMatchObject({ code: 'databag-value' });
  });

  it('comes back as it was saved, whatever it holds', async () => {
    const form = databagForm(
      z.object({ text: z.string(), more: z.optional(z.record(z.string(), z.number())) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          {
            text: fc.string({ unit: 'binary' }),
            more: fc.dictionary(
              fc.string().filter((key) => key !== '__proto__'),
              fc.integer(),
            ),
          },
          { requiredKeys: ['text'] },
        ),
        async (value) => {
          const { bag } = await unitBag({ text: '"before"', more: '{"before":1}' });
          await bag.save(form, value);
          expect(await bag.load(form)).toEqual(value);
        },
      ),
      { numRuns: 50 },
    );
  });
});
