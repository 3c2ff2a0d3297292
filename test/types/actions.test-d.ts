import { describe, expectTypeOf, it } from 'vitest';
import type { ActionEvent, ActionParams, CharmEvents, EventsOf } from '../../src/index.ts';

const meta = {
  name: 'hello',
  containers: {},
  peers: {},
  requires: {},
  provides: {},
  storage: {},
  resources: {},
  options: {},
  actions: {
    backup: {
      params: {
        target: { type: 'string', enum: ['local', 'remote'] },
        level: { type: 'integer', default: 3 },
        empty: { type: 'string', default: null },
        maybe: { type: ['number', 'null'] },
        tables: { type: 'array', items: { type: 'string' } },
        pair: { type: 'array', items: [{ type: 'string' }] },
        labels: { type: 'object', additionalProperties: { type: 'boolean' } },
        limits: {
          type: 'object',
          properties: { rate: { type: 'integer' }, burst: { type: 'number', default: 2 } },
          required: ['rate'],
          additionalProperties: false,
        },
        made: { type: 'object', properties: { inner: { type: 'string', default: 'x' } } },
        either: { oneOf: [{ type: 'string' }] },
      },
      required: ['target', 'tables'],
      additionalProperties: false,
    },
    open: { params: { level: { type: 'integer' } }, additionalProperties: true },
    pause: {},
  },
} as const;

type Backup = typeof meta.actions.backup;

declare const params: ActionParams<Backup>;
declare const event: EventsOf<typeof meta>['backup-action'];
declare const on: CharmEvents<typeof meta>;

describe('the parameters of an action', () => {
  it('are typed by their schemas', () => {
    expectTypeOf(params.target).toEqualTypeOf<'local' | 'remote'>();
    expectTypeOf(params.tables).toEqualTypeOf<readonly string[]>();
    expectTypeOf(params.maybe).toEqualTypeOf<number | null | undefined>();
    expectTypeOf(params.pair).toEqualTypeOf<readonly unknown[] | undefined>();
    expectTypeOf(params.labels).toEqualTypeOf<Readonly<Record<string, boolean>> | undefined>();
    expectTypeOf(params.either).toEqualTypeOf<unknown>();
    expectTypeOf<NonNullable<typeof params.limits>>().toExtend<{
      readonly rate: number;
      readonly burst: number;
    }>();
  });

  it('are sure where they are required or have a default, also a default within', () => {
    expectTypeOf(params.level).toEqualTypeOf<number>();
    expectTypeOf(params.made.inner).toEqualTypeOf<string>();
    expectTypeOf(params.empty).toEqualTypeOf<string | undefined>();
    // @ts-expect-error a parameter without a default can be absent
    void params.limits.rate;
  });

  it('are only those that the action declares', () => {
    // @ts-expect-error the action has no parameter of this name
    void params.taget;
    expectTypeOf<ActionParams<typeof meta.actions.pause>>().toEqualTypeOf<
      Readonly<Record<string, unknown>>
    >();
    expectTypeOf<ActionParams<typeof meta.actions.open>['level']>().toEqualTypeOf<
      number | undefined
    >();
    expectTypeOf<ActionParams<typeof meta.actions.open>['other']>().toBeUnknown();
  });

  it('reach the handler by the name of the action', async () => {
    expectTypeOf(event).toEqualTypeOf<ActionEvent<Backup>>();
    expectTypeOf(event.params()).resolves.toEqualTypeOf<ActionParams<Backup>>();
    expectTypeOf(event).toExtend<ActionEvent>();
    // @ts-expect-error the charm has no action of this name
    void on['restore-action'];
  });
});

describe('an action', () => {
  it('cannot be deferred, since its caller waits', () => {
    // @ts-expect-error nobody would get the answer
    void event.defer;
  });

  it('answers with text, numbers and truth values in maps', async () => {
    await event.setResults({ backup: { id: 7, done: true } });
    // @ts-expect-error a list is no result: join it, or give each item a key
    await event.setResults({ tables: ['a'] });
  });
});
