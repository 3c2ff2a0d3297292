import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ActionEvent } from '../../src/charm/events/action.ts';
import type { ActionMeta } from '../../src/charm/metadata.ts';
import { Abort } from '../../src/framework/abort.ts';
import { ActionRun } from '../../src/model/action-run.ts';
import { CannedHookTools } from '../support/canned-hook-tools.ts';

const backup = {
  params: {
    target: { type: 'string', enum: ['local', 'remote'], default: 'local' },
    tables: { type: 'array', items: { type: 'string' } },
    limits: {
      type: 'object',
      properties: { rate: { type: 'integer', minimum: 1 }, burst: { type: 'number', default: 2 } },
      required: ['rate'],
      additionalProperties: false,
    },
    description: { type: 'object', properties: { short: { type: 'string', default: '-' } } },
    spec: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
  },
  required: ['tables'],
  additionalProperties: false,
} as const;

function eventWith<A extends ActionMeta>(
  action: A,
  params: unknown,
): { event: ActionEvent<A>; tools: CannedHookTools } {
  const tools = new CannedHookTools({ 'action-get': params, 'action-set': '', 'action-fail': '' });
  return { event: new ActionEvent('backup-action', '7', action, new ActionRun(tools)), tools };
}

describe('the parameters of an action', () => {
  it('are what the caller gave and, for the rest, the defaults', async () => {
    const { event } = eventWith(backup, { tables: ['a'], limits: { rate: 3 } });
    await expect(event.params()).resolves.toEqual({
      target: 'local',
      tables: ['a'],
      limits: { rate: 3, burst: 2 },
      description: { short: '-' },
    });
  });

  it('are asked for once, however often they are read', async () => {
    const { event, tools } = eventWith(backup, { tables: [] });
    await event.params();
    await event.parseParams(z.looseObject({}));
    expect(tools.calls.map(({ tool }) => tool)).toEqual(['action-get']);
  });

  it.each([
    [{}, ['tables: is missing']],
    [{ tables: 'a' }, ['tables: must be array, and is string']],
    [{ tables: ['a', 1] }, ['tables.1: must be string, and is number']],
    [{ tables: [], target: 'moon' }, ['target: must be one of "local", "remote"']],
    [{ tables: [], limits: {} }, ['limits.rate: is missing']],
    [{ tables: [], limits: { rate: 0 } }, ['limits.rate: must be at least 1']],
    [{ tables: [], limits: { rate: 1.5 } }, ['limits.rate: must be integer, and is number']],
    [{ tables: [], limits: { rate: 1, x: 1 } }, ['limits.x: is not a known property']],
    [{ tables: [], spec: true }, ['spec: must fit exactly one of oneOf']],
    [{ tables: [], more: 1 }, ['more: is not a known property']],
    [{ target: 1 }, ['target: must be string, and is number', 'target: must be', 'tables: is']],
  ])('that do not fit are refused with their places: %j', async (params, problems) => {
    const { event } = eventWith(backup, params);
    await expect(event.params()).rejects.toMatchObject({
      code: 'action-params',
      action: 'backup',
      problems: expect.arrayContaining(
        problems.map((text): unknown => expect.stringContaining(text)),
      ),
    });
  });

  it('that do not fit can answer the caller instead, and end the handler with success', async () => {
    const { event, tools } = eventWith(backup, { tables: 'secret words' });
    await expect(event.params({ whenInvalid: 'fail' })).rejects.toBeInstanceOf(Abort);
    expect(tools.calls.at(-1)).toMatchObject({
      tool: 'action-fail',
      args: ['--', 'The parameters do not fit: tables: must be array, and is string'],
    });
  });

  it('can be checked and typed by a schema of the charm’s own', async () => {
    const schema = z.looseObject({ tables: z.array(z.string()).check(z.minLength(1)) });
    const good = eventWith(backup, { tables: ['a'] });
    await expect(good.event.parseParams(schema)).resolves.toMatchObject({ tables: ['a'] });
    const bad = eventWith(backup, { tables: [] });
    await expect(bad.event.parseParams(schema)).rejects.toMatchObject({
      code: 'action-params',
      problems: [expect.stringMatching(/^tables: /)],
    });
    await expect(bad.event.parseParams(schema, { whenInvalid: 'fail' })).rejects.toThrow(Abort);
    expect(bad.tools.calls.at(-1)?.tool).toBe('action-fail');
  });

  it('may be others where the action lets them in', async () => {
    const { event } = eventWith({ additionalProperties: { type: 'integer' } }, { a: 1 });
    await expect(event.params()).resolves.toEqual({ a: 1 });
    const wrong = eventWith({ additionalProperties: { type: 'integer' } }, { a: 'x' });
    await expect(wrong.event.params()).rejects.toMatchObject({ code: 'action-params' });
  });
});

describe('the results of an action', () => {
  it('are nested, and several calls add up', async () => {
    const { event, tools } = eventWith({}, {});
    await event.setResults({ backup: { id: 7, done: true, 'sub-part': { size: '1 GB' } } });
    await event.setResults({ note: 'x=y' });
    expect(tools.calls.map(({ args }) => args)).toEqual([
      ['backup.id=7', 'backup.done=true', 'backup.sub-part.size=1 GB'],
      ['note=x=y'],
    ]);
  });

  it.each([
    [{ stdout: 'x' }, /keeps stdout to itself/],
    [{ a: { stderr: 'x' } }, /keeps stderr to itself/],
    [{ 'return-code': 0 }, /replaces return-code by the exit code/],
    [{ Upper: 'x' }, /refuses the key "Upper"/],
    [{ 'a.b': 1, a: { b: 2 } }, /a\.b is given twice/],
  ])(
    'are refused before anything is set when Juju would not keep them: %j',
    async (results, said) => {
      const { event, tools } = eventWith({}, {});
      await expect(event.setResults(results)).rejects.toThrow(said);
      expect(tools.calls).toEqual([]);
    },
  );

  it('leave in several calls when they are more than a process can take', async () => {
    const { event, tools } = eventWith({}, {});
    const results = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`part-${at}`, 'x'.repeat(100_000)]),
    );
    await event.setResults(results);
    expect(tools.calls.length).toBeGreaterThan(1);
    expect(tools.calls.flatMap(({ args }) => args)).toHaveLength(20);
    for (const { args } of tools.calls) expect(args.join(' ').length).toBeLessThanOrEqual(524_288);
  });
});
