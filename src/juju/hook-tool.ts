import { CharmwrightError } from '../errors.ts';
import type { JujuVersion } from './version.ts';

/** One call of a hook tool, such as `relation-get --format=json -r 3 - app/0`. */
export interface HookToolCall {
  /** The tool's own name: `config-get`, `status-set`, … */
  readonly tool: string;
  /** Arguments as the tool receives them. They are visible in the process table: never a secret. */
  readonly args: readonly string[];
  /** Text for the tool's stdin (`--file -`). The place for large and for sensitive data. */
  readonly stdin?: string;
}

/** What a hook tool answered, also when it refused. */
export interface HookToolReply {
  /** 0 success, 1 the command failed, 2 its arguments were refused. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The way to Juju's hook tools. Implementations differ in how a call travels (a process per call,
 * the agent's socket, in memory) and in nothing that a caller can see.
 */
export interface HookTools {
  /**
   * The agent's version, from JUJU_VERSION. Where it is given, a tool that this Juju does not have
   * is refused without a call.
   */
  readonly version?: JujuVersion | undefined;
  /**
   * What one call costs: a `process`, which is worth saving, or no more than a `message`. Undefined
   * where that is not known (yet), or does not matter.
   */
  readonly callCost?: 'process' | 'message' | undefined;
  /**
   * Calls one tool and waits for its answer, for as long as it takes: it is for the signal to end
   * a call.
   *
   * @throws {HookToolUnavailableError} when the tool could not be run at all. An answer with a
   * non-zero code is a reply, not a throw.
   */
  call(call: HookToolCall, options?: { readonly signal?: AbortSignal }): Promise<HookToolReply>;
  /** Releases what the transport holds. No call may follow. */
  close(): Promise<void>;
}

/** A hook tool could not be run: not on PATH, not executable, or its agent does not answer. */
export class HookToolUnavailableError extends CharmwrightError {
  readonly code = 'hook-tool-unavailable';
  readonly tool: string;
  /** Whether there is no such tool, so that Juju may be too old for it, or too new. */
  readonly missing: boolean;

  constructor(tool: string, why: string, options: ErrorOptions & { missing?: boolean } = {}) {
    const where =
      options.missing === true
        ? " Hook tools exist only inside a hook that Juju (or charmwright's local Juju) runs."
        : '';
    super(`cannot run the hook tool ${tool}: ${why}.${where}`, options);
    this.tool = tool;
    this.missing = options.missing ?? false;
  }
}
