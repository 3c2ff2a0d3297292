import type { PoolerIni } from './pooler-ini.ts';
import { poolerSettings } from './pooler-settings.ts';
import { standInName, standInVersion } from './stand-in-name.ts';

/** What the console can tell: column names and rows. */
export interface ConsoleTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** The pooler's state, as far as the console shows it. */
export interface PoolerState {
  readonly ini: PoolerIni;
  /** Clients that are forwarded at the moment, by database and user. */
  readonly clients: readonly { readonly database: string; readonly user: string }[];
}

const poolCounts = [
  'cl_waiting',
  'cl_active_cancel_req',
  'cl_waiting_cancel_req',
  'sv_active',
  'sv_active_cancel',
  'sv_being_canceled',
  'sv_idle',
  'sv_used',
  'sv_tested',
  'sv_login',
  'maxwait',
  'maxwait_us',
];

/** The console's SHOW commands, with PgBouncer 1.18's columns. */
export const consoleTables: Readonly<Record<string, (state: PoolerState) => ConsoleTable>> = {
  CLIENTS: ({ clients }) => ({
    columns: ['type', 'user', 'database', 'state'],
    rows: clients.map(({ user, database }) => ['C', user, database, 'active']),
  }),
  CONFIG: ({ ini }) => ({
    columns: ['key', 'value', 'default', 'changeable'],
    rows: Object.entries(poolerSettings).map(([key, { fallback, isChangeable }]) => [
      key,
      ini.settings[key] ?? fallback,
      fallback,
      isChangeable ? 'yes' : 'no',
    ]),
  }),
  DATABASES: ({ ini, clients }) => ({
    columns: [
      'name',
      'host',
      'port',
      'database',
      'force_user',
      'pool_size',
      'min_pool_size',
      'reserve_pool',
      'pool_mode',
      'max_connections',
      'current_connections',
      'paused',
      'disabled',
    ],
    rows: [...ini.databases].map(([name, pairs]) => {
      const either = (key: string, setting: string): string =>
        pairs.get(key) ?? ini.settings[setting] ?? '';
      return [
        name,
        pairs.get('host') ?? null,
        pairs.get('port') ?? '5432',
        pairs.get('dbname') ?? name,
        null,
        either('pool_size', 'default_pool_size'),
        either('min_pool_size', 'min_pool_size'),
        either('reserve_pool', 'reserve_pool_size'),
        pairs.get('pool_mode') ?? null,
        either('max_db_connections', 'max_db_connections'),
        String(clients.filter(({ database }) => database === name).length),
        '0',
        '0',
      ];
    }),
  }),
  POOLS: ({ ini, clients }) => ({
    columns: ['database', 'user', 'cl_active', ...poolCounts, 'pool_mode'],
    rows: countPools(clients).map(({ database, user, count }) => [
      database,
      user,
      count,
      ...poolCounts.map((column) => (column === 'sv_active' ? count : '0')),
      ini.databases.get(database)?.get('pool_mode') ?? ini.settings['pool_mode'] ?? '',
    ]),
  }),
  VERSION: () => ({
    columns: ['version'],
    rows: [[`PgBouncer ${standInVersion} (${standInName})`]],
  }),
};

function countPools(
  clients: PoolerState['clients'],
): readonly { readonly database: string; readonly user: string; readonly count: string }[] {
  const pools = new Map<string, PoolerState['clients']>();
  for (const client of clients) {
    const key = JSON.stringify([client.database, client.user]);
    pools.set(key, [...(pools.get(key) ?? []), client]);
  }
  return [...pools.values()].flatMap((members) =>
    members.slice(0, 1).map((first) => ({ ...first, count: String(members.length) })),
  );
}
