/** An option whose value PgBouncer could not run with. */
export interface OptionProblem {
  readonly option: string;
  /** As it can be shown: quoted, short, on one line. */
  readonly value: string;
  /** What the value has to be, as in "must be …". */
  readonly allowed: string;
}

/** `pool_mode is "abc", and must be session, transaction or statement`. */
export function printProblem({ option, value, allowed }: OptionProblem): string {
  return `${option} is ${value}, and must be ${allowed}`;
}
