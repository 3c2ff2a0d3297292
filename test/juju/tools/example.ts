import type { CannedHookTools } from '../../support/canned-hook-tools.ts';

/** One call of a hook-tool function: what it runs, and what it makes of the answer. */
export interface Example {
  readonly tool: string;
  /** What the tool prints, as JSON; absent where it prints nothing. */
  readonly answer?: unknown;
  readonly call: (tools: CannedHookTools) => Promise<unknown>;
  /** The command line, with stdin after `<`. */
  readonly line: string;
  readonly result?: unknown;
}
