import { describe, expect, it } from 'vitest';
import { PoolerIniError } from '../../../src/local/workload/errors.ts';
import { parsePoolerIni } from '../../../src/local/workload/pooler-ini.ts';

const minimal = '[pgbouncer]\nlisten_port = 6432\n';

describe("a pooler's ini", () => {
  it('is read with the defaults of what it leaves out', () => {
    const { settings, databases } = parsePoolerIni(
      `; a comment\n[databases]\napp = host=h dbname=b\n\n${minimal}pool_mode = transaction ; kept\r\n`,
    );
    expect(settings).toMatchObject({
      listen_port: '6432',
      pool_mode: 'transaction ; kept',
      max_client_conn: '100',
    });
    expect(databases.get('app')?.get('dbname')).toBe('b');
  });

  it('lets the later of two databases of one name win', () => {
    const { databases } = parsePoolerIni(`[databases]\na = host=x\na = host=y\n${minimal}`);
    expect(databases.get('a')?.get('host')).toBe('y');
  });

  it.each([
    ['[databases]\n', 'section [pgbouncer] is missing', 0],
    [`[peers]\n${minimal}`, 'unknown section: peers', 1],
    [`${minimal}max_prepared_statements = 3\n`, 'unknown parameter: pgbouncer/max_prepared', 3],
    [`${minimal}toString = 3\n`, 'unknown parameter: pgbouncer/toString', 3],
    ['[databases]\n"a b" = host=x\n', 'syntax error', 2],
    ['[databases]\npgbouncer = host=x\n', 'reserved', 2],
    ['[databases]\na = host=x auth_dbname=y\n', 'unrecognized connection parameter', 2],
    [`[databases]\n${'a'.repeat(64)} = host=x\n`, 'too long database name', 2],
    ['listen_port = 1\n', 'before the first section', 1],
    [`[users]\na = pool_size=3\n`, 'unrecognized user parameter', 2],
  ])('is refused as PgBouncer refuses it: %j', (text, why, line) => {
    expect(() => parsePoolerIni(text)).toThrow(why);
    expect(() => parsePoolerIni(text)).toThrow(PoolerIniError);
    expect(() => parsePoolerIni(text)).toThrow(expect.objectContaining({ line }));
  });

  it('does not repeat a connection string in an error, because passwords can be in it', () => {
    const text = `[databases]\na = password=hunter2 bogus=1\n`;
    expect(() => parsePoolerIni(text)).not.toThrow('hunter2');
    expect(() => parsePoolerIni('[databases]\na = password=hunter2 x')).not.toThrow('hunter2');
  });
});
