import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../src/local/database/free-port.ts';
import { startDatabase } from '../../src/local/database/start-database.ts';
import { MappedHost } from '../../src/local/pod/mapped-host.ts';
import { query, type QueryRequest } from '../../src/local/probe/query.ts';
import { ordinaryUser } from '../support/pod-scenario.ts';

const program = resolve(import.meta.dirname, '../../dist/local/workload/stand-in.js');
const host = new MappedHost('for a test');
const user = ordinaryUser();

let folder = '';
let running: Instance[] = [];
beforeEach(async () => {
  folder = await mkdtemp('/tmp/pooler-');
  await chmod(folder, 0o711);
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((instance) => instance.end()));
  await rm(folder, { recursive: true, force: true });
});

/** One running stand-in, with a directory of its own. */
class Instance {
  readonly directory: string;
  readonly child: ChildProcess;
  output = '';

  constructor(directory: string, as: { uid?: number; gid?: number }) {
    this.directory = directory;
    this.child = spawn(process.execPath, [program, join(directory, 'pgbouncer.ini')], {
      ...as,
      cwd: '/',
      env: {},
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  async says(word: string): Promise<void> {
    await vi.waitUntil(() => this.output.includes(word), { timeout: 10_000 });
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await once(this.child, 'exit');
    }
    return this.child.exitCode;
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended();
  }
}

interface Ini {
  readonly port: number;
  readonly databases?: string;
  readonly more?: string;
}

async function writeIni(
  directory: string,
  { port, databases = '', more = '' }: Ini,
): Promise<void> {
  const text = `[databases]\n${databases}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir = ${directory}\nauth_file = ${directory}/users\npidfile = ${directory}/pid\n${more}\n`;
  await writeFile(join(directory, 'pgbouncer.ini'), text);
}

async function start(
  name: string,
  ini: Ini,
  as: { uid?: number; gid?: number } = user,
): Promise<Instance> {
  const directory = join(folder, name);
  await mkdir(directory, { mode: 0o700 });
  await writeIni(directory, ini);
  await writeFile(join(directory, 'users'), '"adm" "secret"\n"stats" "secret"\n');
  if (as.uid !== undefined && as.gid !== undefined) {
    await chown(directory, as.uid, as.gid);
  }
  const instance = new Instance(directory, as);
  running.push(instance);
  return instance;
}

const ask = (request: Partial<QueryRequest> & { port: number; sql: string }) =>
  query(host, { host: '127.0.0.1', user: 'adm', database: 'pgbouncer', ...request });

describe('the stand-in for pgbouncer', () => {
  it('says in its log that it is one', async () => {
    const instance = await start('a', { port: await freePort() });
    await instance.says('process up');
    expect(instance.output).toContain('this is charmwright-pgbouncer-standin');
  });

  it('forwards logins, refusals and queries, and shows whom it forwards', async () => {
    const database = await startDatabase({ folder: join(folder, 'db'), host, password: 'secret' });
    try {
      const port = await freePort();
      const instance = await start('a', {
        port,
        databases: `app = host=127.0.0.1 port=${database.port} dbname=postgres`,
        more: 'stats_users = stats',
      });
      await instance.says('process up');
      const login = { user: database.username, password: 'secret', database: 'app', port };
      expect(await ask({ ...login, sql: 'select 1 as one' })).toEqual([{ one: '1' }]);
      await expect(ask({ ...login, database: 'other', sql: 'select 1' })).rejects.toThrow(
        'no such database: other',
      );
      const sleeping = ask({ ...login, sql: 'select pg_sleep(1)' });
      const show = { user: 'stats', password: 'secret', port, sql: 'SHOW POOLS' };
      await expect
        .poll(() => ask(show))
        .toMatchObject([{ database: 'app', cl_active: '1', sv_active: '1' }]);
      await sleeping;
    } finally {
      await database.stop();
    }
  });

  it('tells clients whose server is away so, instead of hanging', async () => {
    const port = await freePort();
    const away = await freePort();
    const instance = await start('a', { port, databases: `app = host=127.0.0.1 port=${away}` });
    await instance.says('process up');
    await expect(ask({ port, database: 'app', sql: 'select 1' })).rejects.toThrow(
      'no server answers',
    );
  });

  it('passes a wish to cancel on to the servers', async () => {
    const packets: Buffer[] = [];
    const server = createServer((socket: Socket) => {
      socket.on('data', (bytes) => packets.push(bytes));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const backend = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const port = await freePort();
      const instance = await start('a', {
        port,
        databases: `app = host=127.0.0.1 port=${backend}`,
      });
      await instance.says('process up');
      const cancel = Buffer.from([0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 7, 0, 0, 0, 9]);
      connect(port, '127.0.0.1').end(cancel);
      await expect.poll(() => Buffer.concat(packets)).toEqual(cancel);
    } finally {
      server.close();
    }
  });

  it('lets users of the console in by password, and only admins change anything', async () => {
    const port = await freePort();
    const more = 'admin_users = adm\nstats_users = stats';
    const instance = await start('a', { port, more });
    await instance.says('process up');
    const sql = 'SHOW VERSION';
    expect(await ask({ port, password: 'secret', sql })).toEqual([
      { version: 'PgBouncer 1.18.0 (charmwright-pgbouncer-standin)' },
    ]);
    await expect(ask({ port, password: 'wrong', sql })).rejects.toThrow('authentication failed');
    await expect(ask({ port, user: 'other', password: 'secret', sql })).rejects.toThrow(
      'not allowed',
    );
    await expect(ask({ port, user: 'pgbouncer', sql })).rejects.toThrow('not allowed');
    const stats = { port, user: 'stats', password: 'secret' };
    await expect(ask({ ...stats, sql: 'RELOAD' })).rejects.toThrow('admin access needed');
    await expect(ask({ port, password: 'secret', sql: 'PAUSE' })).rejects.toThrow(
      "invalid command 'PAUSE'",
    );
  });

  it('takes a good ini on SIGHUP and keeps the old one when the new one is bad', async () => {
    const port = await freePort();
    const ini = { port, more: 'stats_users = stats' };
    const instance = await start('a', ini);
    await instance.says('process up');
    const sizes = async (): Promise<string | null | undefined> => {
      const rows = await ask({ port, user: 'stats', password: 'secret', sql: 'SHOW CONFIG' });
      return rows.find((row) => row['key'] === 'default_pool_size')?.['value'];
    };
    await writeIni(instance.directory, { port, more: `${ini.more}\ndefault_pool_size = 7` });
    instance.child.kill('SIGHUP');
    await instance.says('config reloaded');
    expect(await sizes()).toBe('7');

    await writeIni(instance.directory, { port, more: `${ini.more}\nmax_prepared_statements = 7` });
    instance.child.kill('SIGHUP');
    await instance.says('config stays as it was');
    expect(await sizes()).toBe('7');
  });

  it.each([
    ['an unknown key', 'peer_id = 1', 'unknown parameter: pgbouncer/peer_id'],
    ['a log that cannot be written', 'logfile = /nowhere/at/all.log', 'does not exist'],
    ['another user', 'user = daemon', 'only root could change to user daemon'],
  ])('refuses to start with %s', async (_, more, why) => {
    const instance = await start('a', { port: await freePort(), more });
    expect(await instance.ended()).toBe(1);
    expect(instance.output).toContain(why);
  });

  it.skipIf(process.getuid?.() !== 0)('refuses to run as root', async () => {
    const instance = await start('a', { port: await freePort() }, {});
    expect(await instance.ended()).toBe(1);
    expect(instance.output).toContain('should not run as root');
  });

  it('leaves no socket and no pid file behind on SIGTERM', async () => {
    const port = await freePort();
    const instance = await start('a', { port });
    await instance.says('process up');
    const socket = join(instance.directory, `.s.PGSQL.${port}`);
    expect(existsSync(socket)).toBe(true);
    expect(await readFile(join(instance.directory, 'pid'), 'utf8')).toBe(`${instance.child.pid}\n`);

    expect(await instance.end('SIGTERM')).toBe(0);
    expect(existsSync(socket)).toBe(false);
    expect(existsSync(join(instance.directory, 'pid'))).toBe(false);
  });

  it('shares a port with another instance, or takes it over when the other ends', async () => {
    const port = await freePort();
    const more = 'so_reuseport = 1\nstats_users = stats';
    const first = await start('a', { port, more });
    await first.says('process up');
    const second = await start('b', { port, more });
    await second.says('process up');
    await first.end('SIGTERM');
    await second.says(`listening on 127.0.0.1:${port}`);
    const show = { port, user: 'stats', password: 'secret', sql: 'SHOW VERSION' };
    expect(await ask(show)).toHaveLength(1);
  });

  it('refuses a port that another instance has, without so_reuseport', async () => {
    const port = await freePort();
    await (await start('a', { port })).says('process up');
    const second = await start('b', { port });
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain('EADDRINUSE');
  });
});
