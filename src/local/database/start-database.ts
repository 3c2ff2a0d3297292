import { mkdir } from 'node:fs/promises';
import type { Database, DatabaseOptions } from './database.ts';
import { DatabaseUnavailableError } from './errors.ts';
import { freePort } from './free-port.ts';
import { hasPglite, startPglite } from './pglite.ts';
import { findPostgresql } from './postgresql-programs.ts';
import { startPostgresql } from './postgresql.ts';

const postgresqlPort = 5432;

/**
 * Starts the database behind a deployment: the machine's PostgreSQL, or PGlite where it has none.
 *
 * @throws {DatabaseUnavailableError} when the machine has neither.
 * @throws {DatabaseStartError} when the server does not come up.
 */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  await mkdir(options.folder, { recursive: true, mode: 0o711 });
  const resolved = {
    username: 'charmwright',
    database: 'postgres',
    passwordEncryption: 'scram-sha-256' as const,
    ...options,
    port: options.port ?? (options.host.network === 'own' ? postgresqlPort : await freePort()),
  };
  const programs =
    options.kind === 'pglite' ? undefined : findPostgresql(options.path ?? process.env['PATH']);
  if (programs !== undefined) {
    return startPostgresql(programs, resolved);
  }
  if (options.kind === 'postgresql') {
    throw new DatabaseUnavailableError('PostgreSQL server');
  }
  if (!hasPglite()) {
    throw new DatabaseUnavailableError('PostgreSQL server and no PGlite');
  }
  return startPglite(resolved);
}
