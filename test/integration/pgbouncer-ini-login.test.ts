import { chown, writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';

import { renderIni } from '../../src/pgbouncer/ini/render.ts';
import { renderUserlist } from '../../src/pgbouncer/ini/userlist.ts';
import { baseIni, defaultConfig, withBackend } from '../../src/pgbouncer/pooler-config.ts';
import { speaksPostgres } from '../../src/pgbouncer/postgres-probe.ts';
import { readBackendData } from '../../src/pgbouncer/relations/backend-data.ts';
import { freePort } from '../pgbouncer/free-port.ts';
import { missingProgram, poolerUser, RealPgbouncer } from '../pgbouncer/real-pgbouncer.ts';
import { logIn, RealPostgres, serverPrograms } from '../pgbouncer/real-postgres.ts';

const missing = missingProgram ?? (serverPrograms === undefined ? 'PostgreSQL server' : undefined);
const skipped = missing === undefined ? '' : ` (skipped: no ${missing} here)`;

const user = 'relation-7';
const password = `open "sesame"; '#\\ é`;

/** PgBouncer before a PostgreSQL that keeps passwords in this way, with the files of the charm. */
async function poolerBefore(method: 'scram-sha-256' | 'md5', database: string): Promise<number> {
  const server = await RealPostgres.start(await freePort(), method);
  onTestFinished(() => server.stop());
  server.sql(
    `CREATE ROLE "${user}" LOGIN PASSWORD '${password.replaceAll("'", "''")}'`,
    `CREATE DATABASE "${database}" OWNER "${user}"`,
  );
  const endpoints = `127.0.0.1:${server.port}`;
  const backend = readBackendData({ endpoints, username: user, password, database });
  const folder = await RealPgbouncer.folder();
  const port = await freePort();
  const userlist = `${folder}/userlist.txt`;
  await writeFile(userlist, renderUserlist([{ user, password }]), { mode: 0o400 });
  await chown(userlist, poolerUser.uid, poolerUser.gid);
  const base = baseIni({ ...withBackend(defaultConfig, backend), listenPort: port }, 2);
  const ini = {
    ...base,
    pgbouncer: {
      ...base.pgbouncer,
      listen_addr: '127.0.0.1',
      logfile: `${folder}/pgbouncer.log`,
      pidfile: `${folder}/pgbouncer.pid`,
      unix_socket_dir: folder,
      auth_file: userlist,
      user: poolerUser.name,
    },
  };
  const pooler = await RealPgbouncer.start(folder, port, renderIni(ini));
  onTestFinished(() => pooler.stop());
  return port;
}

describe.skipIf(missing !== undefined)(`clients of the real PgBouncer${skipped}`, () => {
  test.each(['scram-sha-256', 'md5'] as const)(
    'log in with the backend user before a PostgreSQL that keeps passwords as %s',
    async (method) => {
      const port = await poolerBefore(method, 'orders');
      expect(logIn(port, { user, password, database: 'orders' })).toBe('relation-7|orders');
      expect(logIn(port, { user, password: 'wrong', database: 'orders' })).toMatch(/failed/);
      expect(logIn(port, { user: 'postgres', password, database: 'orders' })).toMatch(/failed/);
      expect(logIn(port, { user, password, database: 'pgbouncer' })).toMatch(/not allowed|failed/);
      expect(await speaksPostgres({ host: '127.0.0.1', port }, 5_000)).toBe(true);
    },
  );

  test('reach a database whose name cannot be a key as backend', async () => {
    const port = await poolerBefore('scram-sha-256', "Ann's first");
    expect(logIn(port, { user, password, database: 'backend' })).toBe("relation-7|Ann's first");
  });
});
