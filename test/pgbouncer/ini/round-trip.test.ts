import * as fc from 'fast-check';
import { parse } from 'ini';
import { describe, expect, test } from 'vitest';

import { readIni } from '../../../src/pgbouncer/ini/read.ts';
import { renderIni } from '../../../src/pgbouncer/ini/render.ts';
import { anyIni, sample } from './ini-samples.ts';

describe('a rendered pgbouncer.ini', () => {
  test('has the databases, then the settings, and a blank line after each section', () => {
    expect(renderIni(sample)).toBe(`[databases]
app = dbname=app host=10.1.2.3 port=5432
app.reports_2-x = dbname='Ann''s reports' host=db-1.example,db-2.example port=5433

[pgbouncer]
listen_addr = *
listen_port = 6432
logfile = /var/lib/postgresql/pgbouncer/pgbouncer.log
pidfile = /var/lib/postgresql/pgbouncer/pgbouncer.pid
admin_users =
stats_users = watcher
auth_type = scram-sha-256
user = postgres
max_client_conn = 10000
ignore_startup_parameters = extra_float_digits,options
server_tls_sslmode = prefer
so_reuseport = 1
unix_socket_dir = /var/lib/postgresql/pgbouncer
pool_mode = session
max_db_connections = 100
default_pool_size = 50
min_pool_size = 25
reserve_pool_size = 25
auth_file = /var/lib/postgresql/pgbouncer/userlist.txt

`);
  });

  test('reads back as the configuration that it was made from', () => {
    fc.assert(
      fc.property(anyIni, (ini) => {
        expect(readIni(renderIni(ini))).toEqual(ini);
      }),
    );
  });

  test('is rendered to the same bytes from what was read', () => {
    fc.assert(
      fc.property(anyIni, (ini) => {
        const text = renderIni(ini);
        expect(renderIni(readIni(text))).toBe(text);
      }),
    );
  });

  test("says to npm's ini what it says line by line", () => {
    fc.assert(
      fc.property(anyIni, (ini) => {
        const text = renderIni(ini);
        const byLine: Record<string, Record<string, string>> = {};
        let section: Record<string, string> = {};
        for (const line of text.split('\n').filter((line) => line !== '')) {
          const [, name] = /^\[(.*)\]$/.exec(line) ?? [];
          if (name === undefined) {
            const [key = '', ...value] = line.split('=');
            section[key.trim()] = value.join('=').trim();
          } else {
            byLine[name] = section = {};
          }
        }
        expect(JSON.parse(JSON.stringify(parse(text)))).toEqual(byLine);
      }),
    );
  });

  test('does not depend on the order in which databases and settings were given', () => {
    fc.assert(
      fc.property(anyIni, (ini) => {
        const entries = Object.entries(ini.databases).toReversed();
        const { listen_addr, logfile, ...others } = ini.pgbouncer;
        const reversed = {
          pgbouncer: { ...others, logfile, listen_addr },
          databases: Object.fromEntries(
            entries.map(([name, { dbname, ...rest }]) => [name, { ...rest, dbname }]),
          ),
        };
        expect(renderIni(reversed)).toBe(renderIni(ini));
      }),
    );
  });

  test('leaves the configuration that it was made from untouched', () => {
    const frozen = structuredClone(sample);
    renderIni(sample);
    expect(sample).toEqual(frozen);
  });
});
