import { CharmwrightError } from 'charmwright';

/** One thing that keeps a text from being a pgbouncer.ini, or a value from entering one. */
export interface IniProblem {
  /** Where: `[pgbouncer] pool_mode`, `[databases] app dbname`, `line 7`. Never a value. */
  readonly at: string;
  /** Why, in words that follow "because it". */
  readonly reason: string;
}

/** A text is not a pgbouncer.ini that PgBouncer, npm's `ini` and this charm read alike. */
export class IniReadError extends CharmwrightError {
  readonly code = 'pgbouncer-ini-unreadable';
  readonly problems: readonly IniProblem[];

  constructor(problems: readonly IniProblem[], options?: ErrorOptions) {
    super(
      `cannot read pgbouncer.ini: ${list(problems)}. The charm writes the file itself; remove the edited one and it is made anew.`,
      options,
    );
    this.problems = problems;
  }
}

/** A configuration holds something that pgbouncer.ini cannot say, or that would be read otherwise. */
export class IniRenderError extends CharmwrightError {
  readonly code = 'pgbouncer-ini-unrenderable';
  readonly problems: readonly IniProblem[];

  constructor(problems: readonly IniProblem[], options?: ErrorOptions) {
    super(
      `cannot write pgbouncer.ini: ${list(problems)}. Choose other values for these keys.`,
      options,
    );
    this.problems = problems;
  }
}

/** A user name or secret cannot stand in PgBouncer's auth file. */
export class UserlistError extends CharmwrightError {
  readonly code = 'pgbouncer-userlist-unrenderable';
  readonly field: 'user' | 'secret';
  readonly reason: string;

  constructor(field: 'user' | 'secret', reason: string) {
    super(
      `cannot write userlist.txt: the ${field === 'user' ? 'user name' : 'secret'} ${reason}. Choose another one on the database's side.`,
    );
    this.field = field;
    this.reason = reason;
  }
}

/** Pool sizes follow from a number of processes, which was not a positive whole number. */
export class PoolSizeError extends CharmwrightError {
  readonly code = 'pgbouncer-pool-size';

  constructor(what: string, value: number, range: string) {
    super(`cannot derive pool sizes: ${what} is ${value}. Give a whole number ${range}.`);
  }
}

function list(problems: readonly IniProblem[]): string {
  return problems.map(({ at, reason }) => `${at} ${reason}`).join('; ');
}
