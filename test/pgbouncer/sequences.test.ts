import {
  checkSequences,
  hostileData,
  type Account,
  type SequenceOptions,
} from 'charmwright/testing/properties';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { PgBouncerCharm } from '../../src/pgbouncer/charm.ts';
import type { meta } from '../../src/pgbouncer/charm.types.ts';
import { readIni } from '../../src/pgbouncer/ini/read.ts';
import { configOf } from '../../src/pgbouncer/pooler-config.ts';
import { backendData, base, FakeMachine, pretendPgbouncer } from './pgbouncer-under-test.ts';

type Units = Account<typeof meta>['units'];

class PgBouncerUnderTest extends PgBouncerCharm {
  override readonly machine = new FakeMachine();
}

const secret = /sesame/;

/** What a backend may write: all that is needed, a part of it, and what cannot be used. */
const backendChanges = fc.oneof(
  fc.constant(backendData),
  fc.constant({ ...backendData, password: 'sesame-rotated' }),
  hostileData(backendData),
  fc.record(
    {
      endpoints: fc.constantFrom(
        '10.2.0.9:5432',
        '10.2.0.1:5432,10.2.0.2:5432',
        'nowhere',
        undefined,
      ),
      password: fc.constantFrom('sesame-2', "sesame'\n%include /etc/passwd", undefined),
      database: fc.constantFrom('orders', 'pgbouncer', 'a = b\n[x]', undefined),
      username: fc.constantFrom('relation_7', 'a"b', undefined),
    },
    { requiredKeys: [] },
  ),
);

function iniFiles(unit: Units[number]): Record<string, string> {
  const container = unit.container('pgbouncer');
  const paths = container.paths.filter((path) => path.endsWith('pgbouncer.ini'));
  return Object.fromEntries(paths.map((path) => [path, container.file(path)?.text ?? '']));
}

const options: SequenceOptions<typeof meta, PgBouncerUnderTest> = {
  model: { name: 'shop' },
  maxUnits: 3,
  hostile: true,
  containers: { pgbouncer: { programs: { pgbouncer: pretendPgbouncer } } },
  options: {
    listen_port: fc.constantFrom(6432, 7000, 0, 70_000, undefined),
    pool_mode: fc.constantFrom('session', 'transaction', 'statement', 'none', undefined),
    max_db_connections: fc.constantFrom(0, 7, 100, -1, undefined),
  },
  remotes: {
    'backend-database': { apps: ['postgresql'], units: 1, appData: backendChanges },
    database: { apps: ['webshop', 'reports'], units: 1 },
  },
  runs: 8,
  brokenTools: ['relation-get', 'relation-set', 'config-get', 'status-set', 'is-leader'],
  always: {
    'every pgbouncer.ini is valid': ({ units }) => {
      for (const unit of units) {
        for (const [path, text] of Object.entries(iniFiles(unit))) {
          expect(() => configOf(readIni(text)), `${unit.name} ${path}`).not.toThrow();
        }
      }
    },
    'no secret is shown': ({ juju, app, last }) => {
      if (last === undefined) return;
      const { unit, result } = last;
      const own = juju.relations.flatMap((relation) =>
        [app, unit.name].map((owner) => relation.data(owner)),
      );
      const calls = result.hookToolCalls.map(({ tool, args, stdin }) => ({ tool, args, stdin }));
      const processes = unit.container('pgbouncer').processes.map(({ spec }) => spec.argv);
      const { logs, deferred } = result;
      const shown = { own, calls, processes, logs, deferred, status: unit.status };
      expect(JSON.stringify(shown)).not.toMatch(secret);
    },
  },
  atRest: {
    'nothing is deferred': ({ units }) => {
      for (const { name, deferred } of units) expect([name, deferred]).toEqual([name, []]);
    },
    'followers have the config of the leader': ({ units, leader }) => {
      const config = leader?.container('pgbouncer').file(`${base}/pgbouncer.ini`)?.text;
      expect(config).toBeDefined();
      for (const unit of units) {
        const own = unit.container('pgbouncer').file(`${base}/pgbouncer.ini`)?.text;
        expect([unit.name, own]).toEqual([unit.name, config]);
      }
    },
    'all processes run': async ({ units }) => {
      for (const unit of units) {
        const services = await unit.container('pgbouncer').services();
        expect([unit.name, services]).toEqual([
          unit.name,
          { pgbouncer_0: 'active', pgbouncer_1: 'active' },
        ]);
      }
    },
  },
};

test('what must hold of PgBouncer holds in any sequence of events', async () => {
  const tried = await checkSequences(PgBouncerUnderTest, options);
  expect(tried.steps).toBeGreaterThan(tried.sequences);
}, 600_000);
