import * as fc from 'fast-check';
import { describe, expect } from 'vitest';

import {
  PebbleApiError,
  printLayer,
  type Check,
  type Layer,
  type Plan,
  type Service,
} from '../../../src/pebble/index.ts';
import {
  combineLayers,
  parseLayer,
  PebblePlanError,
  planDifference,
  printYaml,
} from '../../../src/pebble/plan/index.ts';
import { anyLayer } from '../../support/layer-arbitraries.ts';
import { badLayers } from './bad-layers.ts';
import { post, refusal, rejection, type PebbleTests, matching } from './implementation.ts';

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

    test('refuses layers in the words that the client has for them', async ({ pebble }) => {
      for (const [what, layer] of badLayers) {
        // The client keeps what it does not know, and a YAML parser has its own words.
        if (/unknown (?:section|key)|no YAML|a list/.test(what)) continue;
        const text = typeof layer === 'string' ? layer : printLayer(layer);
        const own = await rejection(
          parseLayer(text, { label: 'bad' }).then((read) => combineLayers([['bad', read]])),
        );
        const theirs = await rejection(pebble.client.addLayer('bad', text));
        const said = reasonOf(theirs).replace('cannot parse layer YAML: ', '');
        expect([what, said]).toEqual([what, reasonOf(own)]);
      }
    });

    test('makes of any layers the plan that the client makes of them', async ({ pebble }) => {
      const seed = Math.trunc(Math.random() * 1e9);
      const labels = fc.constantFrom('one', 'two', 'three');
      const given: (readonly [label: string, layer: Layer])[] = [];
      for (const [label, layer] of fc.sample(fc.tuple(labels, anyLayer), { seed, numRuns: 60 })) {
        const what = `seed ${seed}, after ${given.length}, ${label}: ${JSON.stringify(layer)}`;
        const ours = verdict(() => combineLayers([...given, [label, layer]]));
        const refused = await pebble.client
          .addLayer(label, layer, { combine: true })
          .then(() => undefined, reasonOf);
        if (typeof ours === 'string') {
          // Of several faults Pebble names any.
          expect([what, refused]).toEqual([what, matching(/^plan must define /)]);
        } else {
          expect([what, refused]).toEqual([what, undefined]);
          given.push([label, layer]);
          expect([what, await pebble.client.planText()]).toEqual([what, printYaml(ours)]);
        }
      }
      expect(given.length).toBeGreaterThan(10);
    });

    test('restarts in a replan what the client says has changed', async ({ pebble }) => {
      const sleep: Service = { override: 'replace', command: 'sleep 1000', 'kill-delay': '1m' };
      const before: Record<string, Service> = {
        order: { ...sleep, summary: 'x', environment: { A: '1', B: '2' } },
        respelt: { ...sleep, 'backoff-limit': '1m30s', after: [], description: '' },
        environment: { ...sleep, environment: { A: '1' } },
        'empty-map': { ...sleep, environment: {} },
        list: { ...sleep, before: ['a', 'b'] },
        default: { ...sleep, 'on-success': 'restart' },
      };
      const after: Record<string, Service> = {
        order: { environment: { B: '2', A: '1' }, summary: 'x', ...sleep },
        respelt: { ...sleep, 'backoff-limit': '90s', 'kill-delay': '60s' },
        environment: { ...sleep, environment: { A: '2' } },
        'empty-map': sleep,
        list: { ...sleep, before: ['b', 'a'] },
        default: sleep,
      };
      await pebble.client.addLayer('x', { services: before });
      await pebble.client.start(Object.keys(before));
      await pebble.client.addLayer('x', { services: after }, { combine: true });
      const { tasks } = await pebble.client.replan();
      const { services } = planDifference(
        combineLayers([['x', { services: before }]]),
        combineLayers([['x', { services: after }]]),
      );
      const changed = Object.keys(services.changed);
      expect(changed).toEqual(['default', 'empty-map', 'environment', 'list']);
      expect(
        tasks.flatMap(({ kind, summary }) => (kind === 'stop' ? [summary] : [])).sort(),
      ).toEqual(changed.map((name) => `Stop service "${name}"`));
      await pebble.client.stop(Object.keys(before));
    });

    test('combining in place fills in what checks leave out', async ({ pebble }) => {
      const layers: (readonly [string, Layer])[] = [
        ['lower', check({ exec: { command: 'true' }, threshold: 5, period: '1m' })],
        ['upper', check({ timeout: '30s' })],
        ['upper', check({ level: 'alive' })],
      ];
      for (const [label, layer] of layers) {
        await pebble.client.addLayer(label, layer, { combine: true });
      }
      const { checks } = await pebble.client.plan();
      expect(checks['up']).toMatchObject({ threshold: 3, timeout: '10s', level: 'alive' });
      expect(checks).toEqual(combineLayers(layers).checks);
    });

    test('puts a layer of a folder, or of its name, above its last one', async ({ pebble }) => {
      await pebble.client.addLayer('own/a', web('own/a'));
      await pebble.client.addLayer('other', web('other'));
      const cannot = "cannot insert sub-directory layer without 'inner' attribute set";
      for (const label of ['own/b', 'own']) {
        await expect(pebble.client.addLayer(label, web(label))).rejects.toMatchObject({
          status: 500,
          reason: cannot,
        });
        await pebble.client.addLayer(label, web(label), { inner: true });
      }
      const { services } = await pebble.client.plan();
      expect(services['web']?.summary).toBe('other');
    });

    test('reads YAML as Go does', async ({ pebble }) => {
      await pebble.client.addLayer(
        'odd',
        `%YAML 1.1
---
services:
  web: &web
    override: replace
    command: sleep 1
    user-id: 0o10
    environment: {A: yes, B: 0777, C: ~, D: 1_000, E: !!str 5}
    after: [~, 5, true]
  web10:
    <<: *web
    summary: !!str 7
    group-id: 010
    backoff-factor: 1_0
  web2: {<<: [{user-id: 1.5, summary: one}, {summary: two}], override: replace, command: 'true'}
---
services: {other: {}}
`,
      );
      const web = [
        '        override: replace',
        '        command: sleep 1',
        '        after:',
        '            - "5"',
        '            - "true"',
        '        environment:',
        '            A: "yes"',
        '            B: "0777"',
        '            C: ""',
        '            D: "1_000"',
        '            E: "5"',
        '        user-id: 8',
      ];
      await expect(pebble.client.planText()).resolves.toBe(
        [
          'services:',
          '    web:',
          ...web,
          '    web2:',
          '        summary: one',
          '        override: replace',
          '        command: "true"',
          '        user-id: 1',
          '    web10:',
          '        summary: "7"',
          ...web,
          '        group-id: 8',
          '        backoff-factor: 10',
          '',
        ].join('\n'),
      );
    });

    test.for([
      ['user: nobody-at-all', 'user: unknown user nobody-at-all'],
      ['group-id: 0', 'must specify user, not just group'],
      ['user: root, user-id: 5', 'user "root" UID (0) does not match user-id (5)'],
    ])('refuses a check whose command runs as %s', async ([owner, why], { pebble }) => {
      const error = await rejection(
        pebble.client.addLayer(
          'bad',
          `checks: {up: {override: replace, exec: {command: x, ${owner}}}}`,
        ),
      );
      expect(error).toMatchObject({
        reason: `cannot parse layer YAML: plan check "up" has invalid user/group: ${why}`,
      });
    });

    test('refuses workloads once the daemon runs', async ({ pebble }) => {
      const error = await rejection(
        pebble.client.addLayer('late', { workloads: { all: { override: 'replace' } } }),
      );
      expect(error).toMatchObject({
        status: 400,
        reason: 'cannot change immutable section "workloads"',
      });
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

/** A plan, or why there is none. */
function verdict(combine: () => Plan): Plan | string {
  try {
    return combine();
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof PebbleApiError || error instanceof PebblePlanError) return error.reason;
  throw error;
}

/** A layer of one check that merges, and does not run. */
function check(more: Partial<Check>): Layer {
  return { checks: { up: { override: 'merge', startup: 'disabled', ...more } } };
}

/** A layer of one service that merges. */
function web(summary: string): Layer {
  return { services: { web: { override: 'merge', command: 'sleep 1', summary } } };
}
