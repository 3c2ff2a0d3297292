import * as fc from 'fast-check';
import { rm } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';

import { renderIni } from '../../src/pgbouncer/ini/render.ts';
import type { PgbouncerIni } from '../../src/pgbouncer/ini/schema.ts';
import { freePort } from '../pgbouncer/free-port.ts';
import { anyIni, hostileStrings, sample } from '../pgbouncer/ini/ini-samples.ts';
import {
  missingProgram,
  poolerUser,
  RealPgbouncer,
  refusalOf,
} from '../pgbouncer/real-pgbouncer.ts';

const skipped = missingProgram === undefined ? '' : ` (skipped: no ${missingProgram} here)`;

/** The same configuration, listening where this test may listen. */
function movedTo(folder: string, port: number, ini: PgbouncerIni): PgbouncerIni {
  return {
    databases: ini.databases,
    pgbouncer: {
      ...ini.pgbouncer,
      listen_addr: '127.0.0.1',
      listen_port: port,
      logfile: `${folder}/pgbouncer.log`,
      pidfile: `${folder}/pgbouncer.pid`,
      unix_socket_dir: folder,
      user: poolerUser.name,
    },
  };
}

const byText = (a = '', b = '') => a.localeCompare(b);

/** Has the running PgBouncer tell what it made of a configuration, and compares. */
async function expectTaken(pooler: RealPgbouncer, ini: PgbouncerIni): Promise<void> {
  const config = new Map((await pooler.show('CONFIG')).map(({ key, value }) => [key, value]));
  const written = renderIni(ini).split('[pgbouncer]\n')[1] ?? '';
  for (const line of written.trimEnd().split('\n')) {
    const [, key = '', value] = /^(\S+) =(?: (.*))?$/.exec(line) ?? [];
    expect([key, config.get(key)]).toEqual([key, value ?? '']);
  }
  const databases = new Map((await pooler.show('DATABASES')).map((row) => [row['name'], row]));
  expect([...databases.keys()].filter((name) => name !== 'pgbouncer').toSorted(byText)).toEqual(
    Object.keys(ini.databases).toSorted(byText),
  );
  for (const [name, wanted] of Object.entries(ini.databases)) {
    expect(databases.get(name)).toMatchObject({
      database: wanted.dbname ?? name,
      host: wanted.host ?? '',
      port: String(wanted.port ?? 5432),
      force_user: wanted.user ?? '',
      pool_mode: wanted.pool_mode ?? '',
      ...(wanted.pool_size === undefined ? {} : { pool_size: String(wanted.pool_size) }),
      ...(wanted.reserve_pool === undefined ? {} : { reserve_pool: String(wanted.reserve_pool) }),
    });
  }
}

describe.skipIf(missingProgram !== undefined)(`PgBouncer itself${skipped}`, () => {
  test('starts with a rendered file and reports exactly what it says', async () => {
    const folder = await RealPgbouncer.folder();
    const port = await freePort();
    const ini = movedTo(folder, port, sample);
    const pooler = await RealPgbouncer.start(folder, port, renderIni(ini));
    onTestFinished(() => pooler.stop());
    await expectTaken(pooler, ini);
  });

  test('starts with whatever can be rendered and reports exactly what it says', async () => {
    await fc.assert(
      fc.asyncProperty(anyIni, async (any) => {
        const folder = await RealPgbouncer.folder();
        const port = await freePort();
        const ini = movedTo(folder, port, any);
        const pooler = await RealPgbouncer.start(folder, port, renderIni(ini));
        try {
          await expectTaken(pooler, ini);
        } finally {
          await pooler.stop();
        }
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  test('takes a changed file on SIGHUP, except for the settings that need a restart', async () => {
    const folder = await RealPgbouncer.folder();
    const port = await freePort();
    const ini = movedTo(folder, port, sample);
    const pooler = await RealPgbouncer.start(folder, port, renderIni(ini));
    onTestFinished(() => pooler.stop());
    const changed: PgbouncerIni = {
      databases: { other: { host: '127.0.0.1', port: 1 } },
      pgbouncer: { ...ini.pgbouncer, pool_mode: 'transaction', max_db_connections: 7 },
    };
    await pooler.reload(renderIni(changed));
    await expectTaken(pooler, changed);
    const moved = { ...changed, pgbouncer: { ...changed.pgbouncer, listen_port: port + 1 } };
    await pooler.reload(renderIni(moved));
    await expectTaken(pooler, changed);
  });

  test('would fall to hostile values that are refused before it sees them', async () => {
    const folder = await RealPgbouncer.folder();
    onTestFinished(() => rm(folder, { recursive: true }));
    const ini = movedTo(folder, await freePort(), sample);
    for (const text of Object.values(hostileStrings)) {
      const databases = { app: { host: 'db', dbname: text } };
      expect(() => renderIni({ ...ini, databases })).toThrow(
        expect.objectContaining({ code: 'pgbouncer-ini-unrenderable' }),
      );
    }
    const injected = renderIni(ini).replace('[databases]', '[databases]\nevil name = host=x');
    expect(await refusalOf(folder, injected)).toMatch(/syntax error in configuration/);
  });
});
