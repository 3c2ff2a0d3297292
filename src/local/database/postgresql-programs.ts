import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, searchPath } from '../pod/program-path.ts';

/** The programs of one installation of PostgreSQL, by absolute path. */
export interface PostgresqlPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where distributions keep servers of several versions beside each other. */
const installations = [
  { parent: '/usr/lib/postgresql', name: /^(\d+)$/ },
  { parent: '/usr', name: /^pgsql-(\d+)$/ },
  { parent: '/opt/homebrew/opt', name: /^postgresql@(\d+)$/ },
  { parent: '/usr/local/opt', name: /^postgresql@(\d+)$/ },
];

/** Finds PostgreSQL on PATH, or the newest one where distributions install it. */
export function findPostgresql(path: string | undefined): PostgresqlPrograms | undefined {
  for (const directories of [searchPath(path), newestFirst()]) {
    for (const directory of directories) {
      const initdb = findProgram('initdb', [directory]);
      const postgres = findProgram('postgres', [directory]);
      if (initdb !== undefined && postgres !== undefined) {
        return { initdb, postgres };
      }
    }
  }
  return undefined;
}

function newestFirst(): readonly string[] {
  return installations
    .flatMap(({ parent, name }) =>
      entries(parent).flatMap((entry) => {
        const version = name.exec(entry)?.[1];
        return version === undefined
          ? []
          : [{ version: Number(version), directory: join(parent, entry, 'bin') }];
      }),
    )
    .toSorted((a, b) => b.version - a.version)
    .map(({ directory }) => directory);
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
