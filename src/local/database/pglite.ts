import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ownProgram } from '../pod/own-program.ts';
import type { Database, ResolvedDatabaseOptions } from './database.ts';
import { DatabaseStartError } from './errors.ts';
import { ServerProcess } from './server-process.ts';

const maxConnections = 20;
const startTimeout = 60_000;

/** Whether the packages of PGlite are installed. */
export function hasPglite(): boolean {
  try {
    import.meta.resolve('@electric-sql/pglite');
    import.meta.resolve('@electric-sql/pglite-socket');
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts PGlite, PostgreSQL compiled to WebAssembly, in a child process.
 *
 * @throws {DatabaseStartError} when it does not come up.
 */
export async function startPglite(options: ResolvedDatabaseOptions): Promise<Database> {
  const { folder, host, port, username, password } = options;
  const data = join(folder, 'pglite');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const server = new ServerProcess(
    host.command(ownProgram('local/database/pglite-server.js')),
    JSON.stringify({ data, host: host.address, port, maxConnections }),
  );
  if (!(await server.says('ready', startTimeout))) {
    await server.stop();
    throw new DatabaseStartError('PGlite', server.account);
  }
  const version = /^ready (\S+)/m.exec(server.account)?.[1] ?? '';
  return {
    kind: 'pglite',
    description: `PGlite, an embedded PostgreSQL ${version}: one session and one database, shared by at most ${maxConnections} connections, no passwords checked`,
    version,
    host: host.address,
    port,
    username,
    password,
    database: options.database,
    maxConnections,
    stop: () => server.stop(),
  };
}
