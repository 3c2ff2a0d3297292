/** What a check of a state finds. */
export class Problems {
  /** What Juju cannot produce. */
  readonly errors: string[] = [];
  /** What Juju can produce, and a test hardly means. */
  readonly warnings: string[] = [];

  /** @param sentence what is wrong, why, and what to write instead */
  error(sentence: string): void {
    this.errors.push(sentence);
  }

  warn(sentence: string): void {
    this.warnings.push(sentence);
  }

  /** Notes a name that the charm does not declare. */
  undeclared(what: string, name: string, declared: readonly string[]): void {
    const list = declared.length === 0 ? `no ${what} at all` : declared.join(', ');
    this.error(
      `the charm has no ${what} "${name}": it declares ${list}. Correct the name, or declare it in the charm's files and run \`charmwright types\`.`,
    );
  }
}
