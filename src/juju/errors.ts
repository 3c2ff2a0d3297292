import { CharmwrightError } from '../errors.ts';
import type { HookToolCall, HookToolReply } from './hook-tool.ts';

/** A hook tool ran and refused. Its subclasses are the refusals that a charm can act on. */
export class HookToolError extends CharmwrightError {
  readonly code: string = 'hook-tool-failed';
  readonly tool: string;
  /** 1: the command failed. 2: its arguments were refused. */
  readonly exitCode: number;
  /** What the tool wrote, without the leading `ERROR`. */
  readonly stderr: string;

  constructor(call: HookToolCall, reply: HookToolReply, advice = '') {
    const said = reply.stderr.trim().replace(/^ERROR\s+/, '');
    super(
      `cannot ${call.tool}: ${said === '' ? `it ended with exit code ${reply.code}` : said}.${advice}`,
    );
    this.tool = call.tool;
    this.exitCode = reply.code;
    this.stderr = said;
  }
}

/** The relation, secret, storage or resource that was asked for does not exist (any more). */
export class HookToolNotFoundError extends HookToolError {
  override readonly code = 'hook-tool-not-found';
}

/** Juju does not let this unit do that, often because it is not the leader. */
export class HookToolPermissionError extends HookToolError {
  override readonly code = 'hook-tool-permission-denied';
}

/** The tool does not take these arguments: a mistake in charmwright, or a much older Juju. */
export class HookToolUsageError extends HookToolError {
  override readonly code = 'hook-tool-usage';
}

/** A hook tool's answer is not what Juju documents. */
export class HookToolOutputError extends CharmwrightError {
  readonly code = 'hook-tool-output';
  readonly tool: string;

  constructor(tool: string, problem: string, options?: ErrorOptions) {
    super(
      `cannot read the answer of ${tool}: ${problem}. This Juju may be newer than this charmwright.`,
      options,
    );
    this.tool = tool;
  }
}

const notFound = /not found|no storage instance/i;
const denied =
  /permission denied|access denied|unauthorized|not the leader|cannot write (relation|leadership) settings/i;

/** The error class for a refusal, by what the tool wrote: Juju gives nothing better to go by. */
export function refusal(call: HookToolCall, reply: HookToolReply): HookToolError {
  if (denied.test(reply.stderr)) {
    return new HookToolPermissionError(call, reply, ' Juju allows it to others only.');
  }
  if (notFound.test(reply.stderr)) {
    return new HookToolNotFoundError(call, reply, ' It may have been removed meanwhile.');
  }
  if (reply.code === 2) return new HookToolUsageError(call, reply);
  return new HookToolError(call, reply);
}
