import type { Transaction } from '../transaction.ts';
import type { FlagSpec, ParsedArgs } from './flags.ts';

/** What a tool may use while it runs. */
export interface ToolContext {
  readonly transaction: Transaction;
  /** Reads what a `--file` argument names; `-` is stdin. */
  readonly readInput: (file: string) => string;
  /** Puts text on stderr as it is: Juju ends its notes without a newline. */
  readonly warn: (text: string) => void;
}

/** One hook tool: its arguments and what it does. */
export interface HookTool {
  readonly name: string;
  /** Arguments as the help shows them. */
  readonly usage: string;
  readonly summary: string;
  /** The first Juju that has the tool, and the first that no longer has it. */
  readonly since?: readonly [major: number, minor: number];
  readonly until?: readonly [major: number, minor: number];
  /** The tool's flags. They are parsed, and may refuse a value, before anything else. */
  flags(transaction: Transaction): readonly FlagSpec[];
  /**
   * Does the work and returns what goes to stdout.
   *
   * @throws {UsageFault} for arguments that make no sense: exit code 2
   * @throws {RunFault} for what cannot be done: exit code 1
   */
  run(context: ToolContext, args: ParsedArgs): string;
}
