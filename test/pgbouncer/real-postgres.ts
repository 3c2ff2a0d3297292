import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { poolerUser } from './real-pgbouncer.ts';

const { uid, gid } = poolerUser;

/** The directory of PostgreSQL's server programs, or `undefined` when this machine has none. */
export const serverPrograms: string | undefined = await findPrograms();

/** One PostgreSQL server in a folder of its own, with one database and one user beside its own. */
export class RealPostgres {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, port: number, process: ChildProcess) {
    this.#folder = folder;
    this.port = port;
    this.#process = process;
  }

  /** @param method how passwords are kept, and asked for over TCP */
  static async start(port: number, method: 'scram-sha-256' | 'md5'): Promise<RealPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'pg-'));
    await chown(folder, uid, gid);
    const data = join(folder, 'data');
    succeed('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-N', '--no-instructions']);
    await writeFile(join(data, 'pg_hba.conf'), `local all all trust\nhost all all all ${method}\n`);
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: folder,
      password_encryption: method,
      fsync: 'off',
    };
    const child = spawn(
      join(serverPrograms ?? '', 'postgres'),
      [
        '-D',
        data,
        ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      { uid, gid, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const server = new RealPostgres(folder, port, child);
    for await (const text of child.stderr) {
      if (String(text).includes('ready to accept connections')) {
        break;
      }
    }
    return server;
  }

  /** Runs SQL as the superuser, over the unix socket. */
  sql(...statements: readonly string[]): void {
    const commands = statements.flatMap((statement) => ['-c', statement]);
    succeed('psql', [
      '-X',
      '-h',
      this.#folder,
      '-p',
      String(this.port),
      '-U',
      'postgres',
      ...commands,
    ]);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.kill('SIGINT')) {
      await once(this.#process, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Logs in over TCP and asks who and where one is; a refusal is answered in the server's words. */
export function logIn(
  port: number,
  { user, password, database }: { user: string; password: string; database: string },
): string {
  const question = 'SELECT current_user, current_database()';
  const { stdout, stderr } = spawnSync(
    'psql',
    ['-XAt', '-h', '127.0.0.1', '-p', String(port), '-U', user, '-d', database, '-c', question],
    { encoding: 'utf8', timeout: 20_000, env: { ...process.env, PGPASSWORD: password } },
  );
  return stdout.trim() || stderr;
}

function succeed(program: string, argv: readonly string[]): void {
  const found = program === 'psql' ? program : join(serverPrograms ?? '', program);
  const { status, stderr } = spawnSync(found, argv, { uid, gid, cwd: '/', encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${program} failed: ${stderr}`);
  }
}

async function findPrograms(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  const newest = versions.map(Number).sort((a, b) => b - a)[0];
  return newest === undefined ? undefined : join(root, String(newest), 'bin');
}
