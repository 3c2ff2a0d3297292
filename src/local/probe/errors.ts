import { CharmwrightError } from '../../errors.ts';

/** A server could not be asked, or refused. */
export class QueryFailedError extends CharmwrightError {
  readonly code = 'query-failed';
  readonly host: string;
  readonly database: string;
  /** PostgreSQL's five characters for what happened, when the server said so. */
  readonly sqlState: string | undefined;

  constructor(
    { host, port, database, user }: QuerySubject,
    why: string,
    options: ErrorOptions & { readonly sqlState?: string | undefined } = {},
  ) {
    super(
      `cannot query ${database} on ${host}:${port} as ${user}: ${why}. Check that the server runs and knows this user.`,
      options,
    );
    this.host = host;
    this.database = database;
    this.sqlState = options.sqlState;
  }
}

/** Whom a query was for. */
export interface QuerySubject {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** The package that speaks PostgreSQL's protocol is not installed. */
export class ProbeUnavailableError extends CharmwrightError {
  readonly code = 'probe-unavailable';

  constructor() {
    super('cannot query a database: the package pg is not installed. Run: npm install pg');
  }
}
