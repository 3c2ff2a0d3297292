import { CharmwrightError } from '../../errors.ts';

/** A database server did not come up. */
export class DatabaseStartError extends CharmwrightError {
  readonly code = 'database-start';
  readonly server: string;

  constructor(server: string, why: string, options?: ErrorOptions) {
    super(
      `cannot start ${server}: ${why}. Look at the database's folder, or remove it to begin anew.`,
      options,
    );
    this.server = server;
  }
}

/** Neither of the database servers that we know is on this machine. */
export class DatabaseUnavailableError extends CharmwrightError {
  readonly code = 'database-unavailable';
  readonly wanted: string;

  constructor(wanted: string) {
    super(
      `cannot start a database: this machine has no ${wanted}. Install PostgreSQL, or run: npm install @electric-sql/pglite @electric-sql/pglite-socket`,
    );
    this.wanted = wanted;
  }
}
