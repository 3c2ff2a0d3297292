import { CharmwrightError } from '../errors.ts';
import type { HookToolCall, HookToolReply } from './hook-tool.ts';
import { toolLife } from './tool-set.ts';
import type { JujuVersion } from './version.ts';

/** A hook tool ran and refused. Its subclasses are the refusals that a charm can act on. */
export class HookToolError extends CharmwrightError {
  readonly code: string = 'hook-tool-failed';
  readonly tool: string;
  /** 1: the command failed. 2: its arguments were refused. */
  readonly exitCode: number;
  /** What the tool wrote, without the leading `ERROR`. */
  readonly stderr: string;

  constructor(call: HookToolCall, reply: HookToolReply, advice = '') {
    const said = saidBy(reply);
    const why = said === '' ? `it ended with exit code ${reply.code}` : said.replace(/\.$/, '');
    super(`cannot ${call.tool}: ${why}.${advice}`);
    this.tool = call.tool;
    this.exitCode = reply.code;
    this.stderr = said;
  }
}

/** What a tool said why it refuses, without the leading `ERROR`. */
export function saidBy(reply: HookToolReply): string {
  return reply.stderr.trim().replace(/^ERROR(?:\s+|$)/, '');
}

/** The things that a tool can fail to find. */
export type MissingThing =
  | 'relation'
  | 'unit'
  | 'secret'
  | 'secret key'
  | 'storage'
  | 'resource'
  | 'binding'
  | 'state key'
  | 'payload'
  | 'pod spec';

/** What was asked for does not exist (any more), or this unit may not know that it does. */
export class HookToolNotFoundError extends HookToolError {
  override readonly code = 'hook-tool-not-found';
  /** What was not found: `secret-grant` can miss the secret as well as the relation. */
  readonly thing: MissingThing;

  constructor(call: HookToolCall, reply: HookToolReply, thing: MissingThing) {
    super(call, reply, ` The ${thing} may have been removed meanwhile, or never was there.`);
    this.thing = thing;
  }
}

/** Juju does not let this unit do that, often because it is not the leader. */
export class HookToolPermissionError extends HookToolError {
  override readonly code = 'hook-tool-permission-denied';
}

/** The tool does not take these arguments: a mistake in the call, or a much older Juju. */
export class HookToolUsageError extends HookToolError {
  override readonly code = 'hook-tool-usage';
}

/** Juju has the tool, but not for this kind of hook: an action tool outside of an action. */
export class HookToolContextError extends HookToolError {
  override readonly code = 'hook-tool-wrong-context';
}

/** An argument that no Juju takes. It was refused before the call. */
export class HookToolArgumentError extends CharmwrightError {
  readonly code = 'hook-tool-argument';
  readonly tool: string;

  constructor(tool: string, problem: string) {
    super(`cannot ${tool}: ${problem}`);
    this.tool = tool;
  }
}

/** This Juju does not have the tool, or does not have it for this kind of model. */
export class HookToolUnsupportedError extends CharmwrightError {
  readonly code = 'hook-tool-unsupported';
  readonly tool: string;
  /** The Juju at hand, where it is known. */
  readonly version: JujuVersion | undefined;

  constructor(
    tool: string,
    version: JujuVersion | undefined,
    options: ErrorOptions & {
      /** What lacks, in place of the tool as such: ends the sentence "Juju has it …". */
      readonly only?: string;
    } = {},
  ) {
    const here = version?.isKnown === true ? `Juju ${version.text}` : 'this Juju';
    super(`cannot ${tool}: ${here} does not have it. Juju has it ${options.only ?? when(tool)}.`, {
      ...options,
    });
    this.tool = tool;
    this.version = version;
  }
}

/** A hook tool did not answer in time. Whether Juju did what was asked is not known. */
export class HookToolTimeoutError extends CharmwrightError {
  readonly code = 'hook-tool-timeout';
  readonly tool: string;
  /** Milliseconds. */
  readonly timeout: number;

  constructor(tool: string, timeout: number) {
    super(
      `cannot ${tool}: it did not answer within ${timeout} ms. Whether Juju did what was asked is not known; let the hook fail, so that Juju runs it again.`,
    );
    this.tool = tool;
    this.timeout = timeout;
  }
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

function when(tool: string): string {
  const { since, until } = toolLife(tool) ?? {};
  if (since !== undefined) return `from ${since.join('.')} on`;
  return until === undefined ? 'in another version' : `before ${until.join('.')} only`;
}
