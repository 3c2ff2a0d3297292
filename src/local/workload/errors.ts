import { CharmwrightError } from '../../errors.ts';

/** An ini that PgBouncer would refuse. */
export class PoolerIniError extends CharmwrightError {
  readonly code = 'pooler-ini';
  /** Counted from 1; 0 when no single line is to blame. */
  readonly line: number;

  constructor(line: number, why: string) {
    super(
      `cannot read the pooler's ini: ${why}${line === 0 ? '' : ` (line ${line})`}. Correct it.`,
    );
    this.line = line;
  }
}

/** A pooler cannot start, for a reason that PgBouncer has too. */
export class PoolerStartError extends CharmwrightError {
  readonly code = 'pooler-start';

  constructor(why: string, options?: ErrorOptions) {
    super(`cannot start the pooler: ${why}.`, options);
  }
}

/** A program was called with arguments that it does not understand. */
export class UsageError extends CharmwrightError {
  readonly code = 'usage';

  constructor(program: string, usage: string) {
    super(`cannot run ${program} like this. Usage: ${usage}`);
  }
}
