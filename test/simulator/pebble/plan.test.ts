import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseCommand, splitWords } from '../../../src/pebble/plan/command.ts';
import { formatDuration, parseDuration } from '../../../src/pebble/plan/duration.ts';
import { lanesOf, startOrder, stopOrder } from '../../../src/simulator/pebble/plan/order.ts';
import { PlanStore } from '../../../src/simulator/pebble/plan/plan-store.ts';
import { printPlan } from '../../../src/pebble/plan/print-plan.ts';

function planOf(...layers: string[]): PlanStore {
  const store = new PlanStore({ users: [], groups: [] });
  for (const [index, layer] of layers.entries()) {
    store.add(`l${index}`, layer, { combine: false, inner: false });
  }
  return store;
}

describe('layers', () => {
  test('merge scalars, lists and maps each in their way', () => {
    const { plan } = planOf(
      'services: {a: {override: replace, command: one, after: [x], environment: {A: "1", B: "2"}}}',
      'services: {a: {override: merge, command: two, after: [y], environment: {B: "3"}}}',
    );
    expect(plan.services.get('a')).toEqual({
      override: 'replace',
      command: 'two',
      after: ['x', 'y'],
      environment: { A: '1', B: '3' },
    });
  });

  test('combine in place, beneath those that were added later', () => {
    const store = planOf(
      'services: {a: {override: replace, command: one}}',
      'services: {a: {override: merge, command: two}}',
    );
    store.add('l0', 'services: {a: {override: merge, command: three, startup: enabled}}', {
      combine: true,
      inner: false,
    });
    expect(store.plan.services.get('a')).toMatchObject({ command: 'two', startup: 'enabled' });
  });

  test('that are refused leave the plan as it was', () => {
    const store = planOf('services: {a: {override: replace, command: one}}');
    const before = printPlan(store.plan);
    expect(() => {
      store.add('bad', 'services: {b: {override: replace}}', { combine: false, inner: false });
    }).toThrow('plan must define "command" for service "b"');
    expect(printPlan(store.plan)).toBe(before);
  });

  test.each([
    [
      'services: {a: {override: replace, foo: 1}}',
      'line 1: field foo not found in type plan.Service',
    ],
    ['nope: {}', 'unknown section "nope"'],
    [
      'services:\n  a:\n    override: replace\n    command: [a]',
      'line 3: cannot unmarshal !!seq into string',
    ],
    ['services: {a: null}', 'service object cannot be null for service "a"'],
    ['services: {a: {override: replace, command: a, kill-delay: 5}}', 'invalid duration "5"'],
    ['services: {a: {override: replace, command: a, requires: [b]}}', 'service "b" does not exist'],
  ])('%j is refused', (layer, message) => {
    expect(() => planOf(layer)).toThrow(message);
  });

  test('print texts that another reader could take for something else in quotes', () => {
    const { plan } = planOf(
      'services: {a: {override: replace, command: x, environment: {A: "yes", B: "1_000", C: "a: b", D: plain}}}',
    );
    expect(printPlan(plan)).toContain(
      '            A: "yes"\n            B: "1_000"\n            C: \'a: b\'\n            D: plain\n',
    );
  });
});

describe('order', () => {
  const services = planOf(
    `services:
      app: {override: replace, command: a, requires: [zdb], after: [zdb]}
      zdb: {override: replace, command: z}
      lone: {override: replace, command: l}`,
  ).plan.services;

  test('starts what is required, first what must come first', () => {
    expect(startOrder(services, ['app'])).toEqual(['zdb', 'app']);
  });

  test('stops what requires it, the other way round', () => {
    expect(stopOrder(services, ['zdb'])).toEqual(['app', 'zdb']);
  });

  test('puts a service into the lane after the one before it, though others are there', () => {
    const plan = planOf(
      `services:
        a: {override: replace, command: a, requires: [d]}
        b: {override: replace, command: b}
        c: {override: replace, command: c}
        d: {override: replace, command: d}
        e: {override: replace, command: e}`,
    ).plan.services;
    expect(lanesOf(plan, ['a', 'b', 'c', 'd', 'e'])).toEqual([['a', 'd'], ['b', 'e'], ['c']]);
  });

  test('puts those that requirements bind into one lane', () => {
    expect(lanesOf(services, ['zdb', 'app', 'lone'])).toEqual([['zdb', 'app'], ['lone']]);
  });
});

describe('commands', () => {
  test('are split like a shell does, with default arguments at the end', () => {
    expect(parseCommand(`a 'b c' "d\\"e" f\\ g # no\n h#i [ j k ]`)).toEqual({
      fixed: ['a', 'b c', 'd"e', 'f g', 'h#i'],
      defaults: ['j', 'k'],
    });
  });

  test('keep quoted words whole, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), (words) => {
        const text = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
        expect(splitWords(text)).toEqual(words);
      }),
    );
  });
});

describe('durations', () => {
  test.each([
    ['1h0m0.5s', 3600.5e9],
    ['1500ms', 1.5e9],
    ['-2s', -2e9],
    ['8.383s', 8_383_000_000],
    ['.25h1.5µs', 900_000_001_500],
    ['0', 0],
    ['5', undefined],
    ['1d', undefined],
    ['', undefined],
  ])('%j is %s nanoseconds', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  test('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds * 1e6))).toBe(milliseconds * 1e6);
      }),
    );
  });
});
