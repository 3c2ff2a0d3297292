import { describe, expect } from 'vitest';

import { PebbleApiError, type Layer } from '../../../src/pebble/index.ts';
import { post, refusal, rejection, type PebbleTests, matching } from './implementation.ts';

/** Layers that Pebble refuses, and what it says. */
const badLayers: readonly (readonly [string, Layer | string, string | RegExp])[] = [
  [
    'without an override for a service',
    { services: { web: { command: 'sleep 1' } } },
    'layer "bad" must define "override" for service "web"',
  ],
  [
    'with an unknown override',
    'services: {web: {override: sometimes, command: sleep 1}}',
    'layer "bad" has invalid "override" value for service "web"',
  ],
  [
    'with an unknown section',
    'sections: {}',
    /^cannot parse layer YAML: cannot parse layer "bad": unknown section "sections"/,
  ],
  [
    'with an unknown key of a service',
    'services: {web: {override: replace, command: sleep 1, colour: red}}',
    /^cannot parse layer YAML: .*colour/s,
  ],
  ['that is no YAML', 'services: [', /^cannot parse layer YAML: /],
  ['that is a list', '- web', /^cannot parse layer YAML: /],
  [
    'with a service of nothing',
    'services: {web: null}',
    'cannot parse layer YAML: service object cannot be null for service "web"',
  ],
  [
    'with a service without a command',
    { services: { web: { override: 'replace' } } },
    'plan must define "command" for service "web"',
  ],
  [
    'with a quote that does not end',
    { services: { web: { override: 'replace', command: 'sleep "1' } } },
    /plan service "web" command invalid: .*EOF found when expecting closing quote/,
  ],
  [
    'with arguments after the default ones',
    { services: { web: { override: 'replace', command: 'sleep [ 1 ] 2' } } },
    /cannot have any arguments after \[ \.\.\. \] group/,
  ],
  [
    'with default arguments in default arguments',
    { services: { web: { override: 'replace', command: 'sleep [ 1 [ 2 ] ]' } } },
    /cannot nest \[ \.\.\. \] groups/,
  ],
  [
    'with default arguments for a command',
    { services: { web: { override: 'replace', command: '[ sleep ]' } } },
    /cannot start command with \[ \.\.\. \] group/,
  ],
  [
    'with services that wait for each other',
    {
      services: {
        a: { override: 'replace', command: 'sleep 1', after: ['b'] },
        b: { override: 'replace', command: 'sleep 1', after: ['a'] },
      },
    },
    'services in before/after loop: a, b',
  ],
  [
    'with a requirement that does not exist',
    { services: { web: { override: 'replace', command: 'sleep 1', requires: ['db'] } } },
    /service "db" does not exist/,
  ],
  [
    'with the reserved service name',
    { services: { pebble: { override: 'replace', command: 'sleep 1' } } },
    'cannot parse layer YAML: cannot use reserved service name "pebble"',
  ],
  [
    'with a service name that begins with a dash',
    { services: { '-web': { override: 'replace', command: 'sleep 1' } } },
    /cannot use service name "-web": starting with "-" not allowed/,
  ],
  [
    'with an unknown action on failure',
    'services: {web: {override: replace, command: sleep 1, on-failure: panic}}',
    'cannot parse layer YAML: plan service "web" on-failure action "panic" invalid',
  ],
  [
    'with a duration that is none',
    { services: { web: { override: 'replace', command: 'sleep 1', 'kill-delay': 'soon' } } },
    /invalid duration "soon"/,
  ],
  [
    'with a backoff that shrinks',
    { services: { web: { override: 'replace', command: 'sleep 1', 'backoff-factor': 0.5 } } },
    /plan service "web" backoff-factor must be 1.0 or greater, not 0.5/,
  ],
  [
    'with services that are not there',
    'services:\n',
    'cannot parse layer YAML: cannot parse layer "bad" section "services": EOF',
  ],
  [
    'with a summary that is not there',
    'summary:\nservices: {}\n',
    'cannot parse layer YAML: cannot parse layer "bad" section "summary": EOF',
  ],
  [
    'with a check of no kind',
    { checks: { up: { override: 'replace' } } },
    'plan must specify one of "http", "tcp", or "exec" for check "up"',
  ],
];

export function describeLayers({ own: test }: PebbleTests): void {
  describe.concurrent('layers and the plan', () => {
    test('an empty plan is an empty map', async ({ pebble }) => {
      await expect(pebble.client.planText()).resolves.toBe('{}\n');
      await expect(pebble.client.plan()).resolves.toEqual({
        services: {},
        checks: {},
        'log-targets': {},
      });
    });

    test('shows an added service as it was given', async ({ pebble }) => {
      const web = {
        override: 'replace',
        summary: 'A "web" server: ünïcödé',
        description: 'first line\nsecond line\n',
        startup: 'enabled',
        command: "/bin/web --name 'two words' [ --port 80 ]",
        after: ['db'],
        before: ['proxy'],
        requires: [],
        environment: { A: '1', B: 'yes', EMPTY: '' },
        'user-id': 0,
        'group-id': 0,
        'working-dir': '/tmp',
        'on-success': 'ignore',
        'on-failure': 'restart',
        'backoff-delay': '250ms',
        'backoff-factor': 1.5,
        'backoff-limit': '1m0s',
        'kill-delay': '100ms',
      } as const;
      await pebble.client.addLayer('web', { services: { web } });
      const plan = await pebble.client.plan();
      const { requires, ...shown } = web;
      expect(requires).toEqual([]);
      expect(plan.services['web']).toEqual(shown);
    });

    test('prints the plan with four spaces, services by name', async ({ pebble }) => {
      await pebble.client.addLayer('two', {
        services: {
          zebra: { override: 'replace', command: 'sleep 1' },
          ant: { override: 'replace', command: 'sleep 2', startup: 'enabled' },
        },
      });
      await expect(pebble.client.planText()).resolves.toBe(
        [
          'services:',
          '    ant:',
          '        startup: enabled',
          '        override: replace',
          '        command: sleep 2',
          '    zebra:',
          '        override: replace',
          '        command: sleep 1',
          '',
        ].join('\n'),
      );
    });

    test('keeps every character that text can hold', async ({ pebble }) => {
      const text =
        'tab\t nul\u0000 bell\u0007 del\u007f c1\u0085 ls\u2028 bom\ufeff end\uffff 🎷 "\\/ \r\n #: - x';
      await pebble.client.addLayer('text', {
        services: {
          web: {
            override: 'replace',
            command: 'sleep 1',
            summary: text,
            environment: { TEXT: text },
          },
        },
      });
      const { services } = await pebble.client.plan();
      expect(services['web']).toMatchObject({ summary: text, environment: { TEXT: text } });
    });

    test('takes a layer as YAML text', async ({ pebble }) => {
      await pebble.client.addLayer(
        'text',
        'summary: by hand\nservices:\n  web: # a comment\n    override: replace\n    command: sleep 1\n',
      );
      await expect(pebble.client.plan()).resolves.toMatchObject({
        services: { web: { command: 'sleep 1' } },
      });
    });

    test('takes sections that say that they are empty', async ({ pebble }) => {
      await pebble.client.addLayer('text', 'services: null\nchecks: ~\nlog-targets: {}\n');
      await expect(pebble.client.planText()).resolves.toBe('{}\n');
    });

    test('quotes names that a reader might take for something else', async ({ pebble }) => {
      const names = ['n', 'on', 'null', '1', '0x1f', '2020-01-01', '', 'a: b', 'a\nb'];
      await pebble.client.addLayer('text', {
        services: {
          y: {
            override: 'replace',
            command: 'sleep 1',
            environment: Object.fromEntries(names.map((name) => [name, 'x'])),
          },
        },
      });
      const text = await pebble.client.planText();
      for (const name of ['y', ...names.slice(0, 7)]) expect(text).toContain(`  "${name}":`);
      const { services } = await pebble.client.plan();
      expect(Object.keys(services['y']?.environment ?? {}).sort()).toEqual([...names].sort());
    });

    test('does not show the summary of a layer in the plan', async ({ pebble }) => {
      await pebble.client.addLayer('text', { summary: 'a layer', description: 'of nothing' });
      await expect(pebble.client.planText()).resolves.toBe('{}\n');
    });

    test('refuses a label that is there, unless it may combine', async ({ pebble }) => {
      const layer: Layer = { services: { web: { override: 'replace', command: 'sleep 1' } } };
      await pebble.client.addLayer('web', layer);
      const error = await rejection(pebble.client.addLayer('web', layer));
      expect(error).toMatchObject({ status: 400, reason: 'layer "web" already exists' });
      await pebble.client.addLayer('web', layer, { combine: true });
    });

    test('combines with a label that is not there by adding it', async ({ pebble }) => {
      const layer: Layer = { services: { web: { override: 'merge', command: 'sleep 1' } } };
      await pebble.client.addLayer('new', layer, { combine: true });
      await expect(pebble.client.plan()).resolves.toMatchObject({
        services: { web: { command: 'sleep 1' } },
      });
    });

    test('merges a service key by key', async ({ pebble }) => {
      await pebble.client.addLayer('base', {
        services: {
          web: {
            override: 'replace',
            summary: 'old',
            command: 'sleep 1',
            environment: { KEPT: 'base', CHANGED: 'base' },
            after: ['a'],
            'on-success': 'ignore',
            'kill-delay': '1s',
          },
        },
      });
      await pebble.client.addLayer('over', {
        services: {
          web: {
            override: 'merge',
            command: 'sleep 2',
            environment: { CHANGED: 'over', ADDED: 'over' },
            after: ['b'],
            'kill-delay': '2s',
          },
        },
      });
      const { services } = await pebble.client.plan();
      expect(services['web']).toEqual({
        override: 'replace',
        summary: 'old',
        command: 'sleep 2',
        environment: { KEPT: 'base', CHANGED: 'over', ADDED: 'over' },
        after: ['a', 'b'],
        'on-success': 'ignore',
        'kill-delay': '2s',
      });
    });

    test('replaces a service as a whole', async ({ pebble }) => {
      await pebble.client.addLayer('base', {
        services: {
          web: {
            override: 'replace',
            command: 'sleep 1',
            startup: 'enabled',
            environment: { A: '1' },
          },
        },
      });
      await pebble.client.addLayer('over', {
        services: { web: { override: 'replace', command: 'sleep 2' } },
      });
      const { services } = await pebble.client.plan();
      expect(services['web']).toEqual({ override: 'replace', command: 'sleep 2' });
    });

    test('combines into a layer where it stands, below the later ones', async ({ pebble }) => {
      await pebble.client.addLayer('lower', {
        services: { web: { override: 'replace', command: 'sleep 1' } },
      });
      await pebble.client.addLayer('upper', {
        services: { web: { override: 'merge', command: 'sleep 2' } },
      });
      await pebble.client.addLayer(
        'lower',
        { services: { web: { override: 'merge', command: 'sleep 3', summary: 'new' } } },
        { combine: true },
      );
      const { services } = await pebble.client.plan();
      expect(services['web']).toMatchObject({ command: 'sleep 2', summary: 'new' });
    });

    test('combining leaves the other services of the layer alone', async ({ pebble }) => {
      await pebble.client.addLayer('base', {
        services: {
          a: { override: 'replace', command: 'sleep 1' },
          b: { override: 'replace', command: 'sleep 1' },
        },
      });
      await pebble.client.addLayer(
        'base',
        { services: { b: { override: 'replace', command: 'sleep 2' } } },
        { combine: true },
      );
      await expect(pebble.client.plan()).resolves.toMatchObject({
        services: { a: { command: 'sleep 1' }, b: { command: 'sleep 2' } },
      });
    });

    test('accepts an order relative to a service that does not exist', async ({ pebble }) => {
      await pebble.client.addLayer('web', {
        services: { web: { override: 'replace', command: 'sleep 1', after: ['nobody'] } },
      });
      await expect(pebble.client.plan()).resolves.toMatchObject({
        services: { web: { after: ['nobody'] } },
      });
    });

    test('fills in the threshold of a check', async ({ pebble }) => {
      await pebble.client.addLayer('check', {
        checks: { up: { override: 'replace', exec: { command: 'true' }, period: '1h0m0s' } },
      });
      const { checks } = await pebble.client.plan();
      expect(checks['up']).toEqual({
        override: 'replace',
        threshold: 3,
        period: '1h0m0s',
        exec: { command: 'true' },
      });
    });

    test.for(badLayers)('refuses a layer %s', async ([, layer, reason], { pebble }) => {
      const good: Layer = { services: { good: { override: 'replace', command: 'sleep 1' } } };
      await pebble.client.addLayer('good', good);
      const before = await pebble.client.planText();
      const error = await rejection(pebble.client.addLayer('bad', layer));
      expect(error).toBeInstanceOf(PebbleApiError);
      expect(error).toMatchObject({
        status: 400,
        reason: typeof reason === 'string' ? reason : matching(reason),
      });
      await expect(pebble.client.planText()).resolves.toBe(before);
    });

    test('refuses a reserved label', async ({ pebble }) => {
      const error = await rejection(pebble.client.addLayer('pebble-own', {}));
      expect(error).toMatchObject({
        reason: matching(/cannot use reserved label prefix "pebble-"/),
      });
    });

    test('refuses an unknown action, a missing label and an unknown format', async ({ pebble }) => {
      const add = { action: 'add', label: 'x', format: 'yaml', layer: '' };
      const say = async (change: object): Promise<unknown> =>
        (await pebble.raw(post('/v1/layers', { ...add, ...change }))).json;
      await expect(say({ action: 'burn' })).resolves.toMatchObject(
        refusal(400, 'invalid action "burn"'),
      );
      await expect(say({ label: '' })).resolves.toMatchObject(refusal(400, 'label must be set'));
      await expect(say({ format: 'toml' })).resolves.toMatchObject(
        refusal(400, 'invalid format "toml"'),
      );
    });

    test('refuses to show the plan without a format', async ({ pebble }) => {
      const reply = await pebble.raw({ method: 'GET', path: '/v1/plan' });
      expect(reply.json).toMatchObject(refusal(400, 'invalid format ""'));
    });
  });
}
