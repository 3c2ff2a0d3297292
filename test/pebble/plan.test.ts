import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

import {
  layerSchema,
  printLayer,
  type Layer,
  type Plan,
  type Service,
} from '../../src/pebble/index.ts';
import {
  combineLayers,
  isSamePlan,
  parseLayer,
  PebblePlanError,
  planDifference,
  printYaml,
} from '../../src/pebble/plan/index.ts';
import { anyLayer } from '../support/layer-arbitraries.ts';

const newer = {
  schedules: { nightly: { at: '02:00' } },
  services: {
    web: { override: 'replace', command: 'web', schedule: { every: ['day', 1] }, startup: 'lazy' },
  },
};

describe('a layer from YAML', () => {
  test('is the value that it was printed from, spelled as Pebble does', async () => {
    await fc.assert(
      fc.asyncProperty(anyLayer, async (layer) => {
        const printed = printYaml(layer);
        const read = await parseLayer(printed);
        expect(printYaml(read)).toBe(printed);
        expect(printYaml(await parseLayer(printLayer(layer)))).toBe(printed);
        expect(parse(printed)).toMatchObject(plainly(read));
      }),
      { numRuns: 50 },
    );
  });

  test('has durations, fields and names in one form and order', async () => {
    const layer = await parseLayer(
      'services: {web10: {kill-delay: 90s, override: merge, after: [], summary: ""}, web2: {override: replace}}\nsummary: mine',
    );
    expect(JSON.stringify(layer)).toBe(
      JSON.stringify({
        summary: 'mine',
        services: {
          web2: { override: 'replace' },
          web10: { override: 'merge', 'kill-delay': '1m30s' },
        },
      }),
    );
  });

  test('keeps what only a newer Pebble knows', async () => {
    const layer = await parseLayer(JSON.stringify(newer));
    expect(layer).toEqual(newer);
    expect(combineLayers([['a', layer]])).toMatchObject(newer);
    expect(parse(printYaml(layer))).toEqual(newer);
  });

  test('cannot be changed', async () => {
    const { services } = await parseLayer(JSON.stringify(newer));
    expect(Object.isFrozen(services)).toBe(true);
    expect(Object.isFrozen(services?.['web'])).toBe(true);
    const plan = combineLayers([['a', newer]]);
    expect(Object.isFrozen(plan.services['web']?.['schedule'])).toBe(true);
    expect(Object.isFrozen(newer.services.web)).toBe(false);
  });

  test.each([
    ['services: [', [], 'yaml: line 1:'],
    [
      'services: {web: {kill-delay: soon}}',
      ['services', 'web', 'kill-delay'],
      'invalid duration "soon"',
    ],
    ['checks: {up: {level: dead}}', ['checks', 'up', 'level'], 'level must be "alive" or "ready"'],
    [
      'services: {web: {on-check-failure: {up: panic}}}',
      ['services', 'web', 'on-check-failure', 'up'],
      'on-check-failure action "panic" invalid',
    ],
    [
      'checks: {up: {exec: {command: "a \'"}}}',
      ['checks', 'up', 'exec', 'command'],
      'EOF found when expecting closing quote',
    ],
    ['services: {web: ~}', ['services', 'web'], 'service object cannot be null'],
    [
      'log-targets: {all: {labels: {pebble_x: y}}}',
      ['log-targets', 'all', 'labels', 'pebble_x'],
      'reserved prefix',
    ],
  ])('%j is refused with its place', async (text, path, reason) => {
    const error = await parseLayer(text, { label: 'mine' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PebblePlanError);
    expect(error).toMatchObject({ code: 'pebble-plan', layer: 'mine', path });
    expect(error).toMatchObject({ reason: expect.stringContaining(reason) as unknown });
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^Pebble would refuse .* Correct .* in the layer "mine"\.$/s,
      ) as unknown,
    });
  });
});

describe('layers', () => {
  test('combine over one another, a label that comes again in its place', () => {
    const plan = combineLayers(
      new Map([
        ['lower', web({ command: 'one', environment: { A: '1' }, after: ['x'] })],
        ['upper', web({ command: 'two', environment: { B: '2' }, after: ['y'] })],
      ]),
    );
    expect(plan).toEqual({
      services: {
        web: {
          override: 'merge',
          command: 'two',
          after: ['x', 'y'],
          environment: { A: '1', B: '2' },
        },
      },
      checks: {},
      'log-targets': {},
    });
    const again = combineLayers([
      ['lower', web({ command: 'one' })],
      ['upper', web({ command: 'two' })],
      ['lower', web({ command: 'three', summary: 'new' })],
    ]);
    expect(again.services['web']).toMatchObject({ command: 'two', summary: 'new' });
  });

  test.each<[Layer, readonly string[], string | undefined, string]>([
    [
      { services: { web: { command: 'x' } } },
      ['services', 'web', 'override'],
      'mine',
      'layer "mine" must define "override" for service "web"',
    ],
    [
      { services: { web: { override: 'replace' } } },
      ['services', 'web', 'command'],
      undefined,
      'plan must define "command" for service "web"',
    ],
    [
      { services: { web: { override: 'replace', command: 'x', requires: ['db'] } } },
      ['services', 'web', 'requires'],
      undefined,
      'service "db" does not exist',
    ],
    [
      { services: { web: { override: 'replace', command: 'x', 'kill-delay': '5' } } },
      ['services', 'web', 'kill-delay'],
      'mine',
      'cannot parse layer "mine" section "services": invalid duration "5"',
    ],
  ])('%j is refused with its place', (layer, path, label, reason) => {
    const combine = (): unknown => combineLayers([['mine', layer]]);
    expect(combine).toThrow(PebblePlanError);
    expect(combine).toThrow(expect.objectContaining({ path, layer: label, reason }));
  });

  test('of values that are no layers are refused, without showing the values', () => {
    const wrong = layerSchema.parse({});
    Object.assign(wrong, { services: { web: { override: 'replace', command: ['s3cret'] } } });
    expect(() => combineLayers([['mine', wrong]])).toThrow(
      /^Pebble would refuse this plan: cannot parse layer "mine": (?!.*s3cret).* Correct services\.web\.command in/,
    );
  });
});

describe('two plans', () => {
  const service = { override: 'replace', command: 'x', 'kill-delay': '60s' } as const;

  test('are the same in any spelling and order', () => {
    fc.assert(
      fc.property(anyLayer, (layer) => {
        const plan = verdict([['a', layer]]);
        fc.pre(plan !== undefined);
        const reversed = layerSchema.parse(backwards(layer));
        expect(isSamePlan(plan, combineLayers([['b', reversed]]))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('differ in the entries and fields that Pebble would act on', () => {
    const before = combineLayers([
      [
        'a',
        {
          services: { kept: service, gone: service, web: { ...service, environment: { A: '1' } } },
          checks: {
            up: { override: 'replace', exec: { command: 'x', 'service-context': 'web' } },
            down: { override: 'replace', tcp: { port: 1 } },
          },
          'log-targets': { all: { override: 'replace', type: 'loki', location: 'a' } },
        },
      ],
    ]);
    const after = combineLayers([
      [
        'a',
        {
          services: {
            kept: { ...service, 'kill-delay': '1m' },
            web: { ...service, environment: { A: '2' }, group: 'www' },
            new10: service,
            new2: service,
          },
          checks: {
            up: { override: 'replace', exec: { command: 'x', 'service-context': 'web' } },
            down: { override: 'replace', tcp: { port: 1 }, threshold: 3 },
          },
          'log-targets': { all: { override: 'replace', type: 'loki', location: 'b' } },
        },
      ],
    ]);
    expect(planDifference(before, after)).toEqual({
      services: {
        added: ['new2', 'new10'],
        removed: ['gone'],
        changed: { web: ['environment', 'group'] },
      },
      checks: { added: [], removed: [], changed: { up: ['exec'] } },
      'log-targets': { added: [], removed: [], changed: { all: ['location'] } },
    });
    expect(isSamePlan(before, after)).toBe(false);
  });

  test('differ in a service whose workload differs', () => {
    expect(planDifference(plan('1'), plan('2')).services.changed).toEqual({ web: ['workload'] });
  });
});

/** A layer of one service that merges. */
function web(more: Partial<Service>): Layer {
  return { services: { web: { override: 'merge', ...more } } };
}

/** A plan with a service of a workload, which has one variable. */
function plan(A: string): Plan {
  return combineLayers([
    [
      'a',
      {
        services: {
          web: { override: 'replace', command: 'x', workload: 'all' },
          other: { override: 'replace', command: 'x' },
        },
        workloads: { all: { override: 'replace', environment: { A } } },
      },
    ],
  ]);
}

/** A value without what JSON has no word for. */
function plainly(value: object): object {
  return z.parse(z.looseObject({}), JSON.parse(JSON.stringify(value)));
}

/** A value whose objects have their keys in the opposite order. */
function backwards(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(backwards);
  const pairs = Object.entries(value).map(([key, each]) => [key, backwards(each)] as const);
  return Object.fromEntries(pairs.toReversed());
}

function verdict(layers: readonly (readonly [string, Layer])[]) {
  try {
    return combineLayers(layers);
  } catch (error) {
    if (error instanceof PebblePlanError) return undefined;
    throw error;
  }
}
