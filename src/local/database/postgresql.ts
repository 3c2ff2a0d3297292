import { existsSync } from 'node:fs';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineUser } from '../pod/machine-users.ts';
import { unprivilegedUser } from '../pod/spawning-user.ts';
import { runProgram } from '../pod/run-program.ts';
import { query } from '../probe/query.ts';
import type { Database, ResolvedDatabaseOptions } from './database.ts';
import { DatabaseStartError } from './errors.ts';
import type { PostgresqlPrograms } from './postgresql-programs.ts';
import { guarded, ServerProcess } from './server-process.ts';

const maxConnections = 200;
const startTimeout = 60_000;
const readyWord = 'database system is ready to accept connections';

/**
 * Starts the machine's PostgreSQL over a data directory of its own. What the folder holds of an
 * earlier start is kept.
 *
 * @throws {DatabaseStartError} when it does not come up.
 */
export async function startPostgresql(
  programs: PostgresqlPrograms,
  options: ResolvedDatabaseOptions,
): Promise<Database> {
  const { host, port, username, password, database } = options;
  const version = await readVersion(programs.postgres);
  const user = host.isolation === 'user-namespace' ? undefined : unprivilegedUser(['postgres']);
  const data = join(options.folder, 'data');
  await mkdir(data, { recursive: true, mode: 0o700 });
  if (user !== undefined) {
    await chown(data, user.uid, user.gid);
  }
  if (!existsSync(join(data, 'PG_VERSION'))) {
    await initialise(programs.initdb, data, user, options);
  }
  await writeFile(join(data, 'pg_hba.conf'), accessRules(options));

  const settings = {
    listen_addresses: host.address,
    port: String(port),
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    password_encryption: options.passwordEncryption,
    dynamic_shared_memory_type: 'mmap',
    fsync: 'off',
  };
  const argv = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = new ServerProcess(
    host.command(guarded([programs.postgres, '-D', data, ...argv]), { ...runAs(user) }),
  );
  if (!(await server.says(readyWord, startTimeout))) {
    await server.stop();
    throw new DatabaseStartError(`PostgreSQL ${version}`, server.account);
  }
  const place = { host: host.address, port, user: username, password };
  try {
    await createDatabase(options, place);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    kind: 'postgresql',
    description: `PostgreSQL ${version}, the machine's own`,
    version,
    host: host.address,
    port,
    username,
    password,
    database,
    maxConnections,
    stop: () => server.stop(),
  };
}

async function initialise(
  initdb: string,
  data: string,
  user: MachineUser | undefined,
  { host, folder, username, password, passwordEncryption }: ResolvedDatabaseOptions,
): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) {
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    const { command, args, ...where } = host.command(
      [
        initdb,
        '-D',
        data,
        '-U',
        username,
        '--pwfile',
        passwordFile,
        '--auth-local',
        passwordEncryption,
        '--auth-host',
        passwordEncryption,
        '--encoding',
        'UTF8',
        '--locale',
        'C',
        '--no-sync',
        '--no-instructions',
      ],
      { ...runAs(user) },
    );
    const result = await runProgram([command, ...args], where);
    if (result.code !== 0) {
      throw new DatabaseStartError('PostgreSQL', `initdb said: ${result.stderr.trim()}`);
    }
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function accessRules({ host, passwordEncryption }: ResolvedDatabaseOptions): string {
  const from = host.network === 'own' ? `${host.address}/24` : '127.0.0.1/32';
  return `host all all ${from} ${passwordEncryption}\n`;
}

async function createDatabase(
  { host, database }: ResolvedDatabaseOptions,
  place: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
  },
): Promise<void> {
  const ask = { ...place, database: 'postgres' };
  const databases = await query(host, { ...ask, sql: 'select datname from pg_database' });
  if (!databases.some((row) => row['datname'] === database)) {
    const identifier = `"${database.replaceAll('"', '""')}"`;
    await query(host, { ...ask, sql: `create database ${identifier}` });
  }
}

async function readVersion(postgres: string): Promise<string> {
  const { stdout } = await runProgram([postgres, '--version']);
  return /\(PostgreSQL\) (\S+)/.exec(stdout)?.[1] ?? 'of an unknown version';
}

function runAs(user: MachineUser | undefined): { readonly user?: string } {
  return user === undefined ? {} : { user: user.name };
}
