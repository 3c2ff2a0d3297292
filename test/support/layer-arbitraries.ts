import * as fc from 'fast-check';

import type { Check, Layer, LogTarget, Service } from '../../src/pebble/index.ts';

/** Text that Pebble prints back as it was: not with a newline first, or with Unicode's own. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('yes', 'null', '~', '0x1f', '1_000', '1:20', '2020-01-01', '.5', '- a', 'a: b'),
    fc.constantFrom('a #b', ' a', 'a ', 'a\nb', 'a\nb\n', 'a\n\n', ' a\nb', 'a \nb', "it's", '---'),
  )
  .filter((each) => !/^\n|[\u2028\u2029]|\p{Cs}|__proto__/u.test(each));

const name = fc.constantFrom('a', 'b', 'web2', 'web10', 'Ü', 'x.y', 'n', '7');
/** Go and Node know other characters of Unicode for letters, by which names are sorted. */
const key = fc
  .oneof(name, fc.string({ unit: 'grapheme-ascii', maxLength: 5 }))
  .filter((each) => !each.includes('\n'));
const texts = fc.dictionary(key, text, { maxKeys: 4 });
const names = fc.uniqueArray(fc.constantFrom('nobody', 'someone', 'y', '10'), { maxLength: 2 });
const duration = fc.constantFrom('1s', '60s', '1m', '0.5h', '1500ms', '90s', '2m30.25s', '1us');
const override = fc.constantFrom('merge' as const, 'replace' as const);
const owner = { 'user-id': fc.nat(1), 'group-id': fc.constant(0) };

const service: fc.Arbitrary<Service> = fc.record(
  {
    override,
    summary: text,
    description: text,
    startup: fc.constantFrom('enabled' as const, 'disabled' as const),
    command: fc.constantFrom('sleep 1', 'a [ b ]', '', "a 'b c' [ --d=e ]"),
    after: names,
    before: names.map((all) => all.map((each) => `before-${each}`)),
    environment: texts,
    ...owner,
    'working-dir': text,
    'on-success': fc.constantFrom('restart' as const, 'ignore' as const),
    'on-failure': fc.constantFrom('shutdown' as const, 'success-shutdown' as const),
    'on-check-failure': fc.dictionary(name, fc.constantFrom('restart' as const, 'ignore' as const)),
    'backoff-delay': duration,
    'backoff-factor': fc.double({ min: 1, max: 1e9, noNaN: true }),
    'backoff-limit': duration,
    'kill-delay': duration,
  },
  { requiredKeys: ['override'] },
);

/** Disabled, so that a daemon that is told of many need not run them. */
const check: fc.Arbitrary<Check> = fc.record(
  {
    override,
    level: fc.constantFrom('alive' as const, 'ready' as const),
    startup: fc.constant('disabled' as const),
    period: duration,
    timeout: duration,
    threshold: fc.nat(5),
    exec: fc.record(
      {
        command: fc.constantFrom('true', 'a b'),
        environment: texts,
        'user-id': fc.constant(0),
        'working-dir': text,
      },
      { requiredKeys: ['command'] },
    ),
  },
  { requiredKeys: ['override', 'startup', 'exec'] },
);

const logTarget: fc.Arbitrary<LogTarget> = fc.record(
  {
    override,
    type: fc.constantFrom('loki', 'syslog', 'opentelemetry'),
    location: fc.constantFrom('tcp://localhost:1', 'http://localhost:1'),
    services: fc.subarray(['all', '-all']),
    labels: texts,
  },
  { requiredKeys: ['override'] },
);

/** A layer as a program may write it. What it leaves out another may have to say. */
export const anyLayer: fc.Arbitrary<Layer> = fc
  .tuple(
    fc.dictionary(name, service, { maxKeys: 3 }),
    fc.dictionary(name, check, { maxKeys: 2 }),
    fc.dictionary(name, logTarget, { maxKeys: 2 }),
  )
  .map(([services, checks, targets]) => ({ services, checks, 'log-targets': targets }));
