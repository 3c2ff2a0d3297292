import { expect, it } from 'vitest';
import { consoleTables } from '../../../src/local/workload/console-tables.ts';
import { parsePoolerIni } from '../../../src/local/workload/pooler-ini.ts';

const state = {
  ini: parsePoolerIni(
    '[databases]\napp = host=h pool_mode=transaction\n[pgbouncer]\ndefault_pool_size = 7\n',
  ),
  clients: [
    { database: 'app', user: 'a' },
    { database: 'app', user: 'b' },
    { database: 'app', user: 'a' },
  ],
};

function show(subject: string): readonly Record<string, string | null>[] {
  const table = consoleTables[subject]?.(state);
  return (table?.rows ?? []).map((row) => {
    expect(row).toHaveLength(table?.columns.length ?? 0);
    return Object.fromEntries(row.map((cell, index) => [table?.columns[index] ?? '', cell]));
  });
}

it('shows what the ini says and what it leaves to the defaults', () => {
  const config = show('CONFIG');
  const valueOf = (name: string): unknown => config.find(({ key }) => key === name)?.['value'];
  expect(valueOf('default_pool_size')).toBe('7');
  expect(valueOf('max_client_conn')).toBe('100');
});

it('shows databases with their own settings before the common ones', () => {
  expect(show('DATABASES')).toMatchObject([
    { name: 'app', host: 'h', port: '5432', pool_mode: 'transaction', pool_size: '7' },
  ]);
});

it('counts a pool for each database and user', () => {
  expect(show('POOLS').map(({ user, cl_active: active }) => [user, active])).toEqual([
    ['a', '2'],
    ['b', '1'],
  ]);
});

it('says in its version that it is a stand-in', () => {
  expect(show('VERSION')).toEqual([
    { version: 'PgBouncer 1.18.0 (charmwright-pgbouncer-standin)' },
  ]);
});
