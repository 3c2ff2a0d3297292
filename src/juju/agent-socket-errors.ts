import { CharmwrightError } from '../errors.ts';

/** The agent's socket was insisted on, and it cannot be used. */
export class AgentSocketUnavailableError extends CharmwrightError {
  readonly code = 'agent-socket-unavailable';

  constructor(why: string, options?: ErrorOptions) {
    super(
      `cannot reach hook tools over the agent's socket: ${why}. Unset CHARMWRIGHT_HOOK_TOOLS to let processes stand in.`,
      options,
    );
  }
}

/** CHARMWRIGHT_HOOK_TOOLS has a value that means nothing. */
export class HookToolTransportError extends CharmwrightError {
  readonly code = 'hook-tool-transport';

  constructor(value: string) {
    super(
      `cannot choose a way to the hook tools: CHARMWRIGHT_HOOK_TOOLS is ${JSON.stringify(value)}. Set it to "process" or to "socket", or unset it.`,
    );
  }
}

/**
 * A hook tool that changes something was asked, and the connection to the agent ended, or the time
 * was over, before it answered. It may or may not have been run. It is not asked again: Juju drops
 * what a hook has buffered when the hook fails, and then runs the hook again.
 */
export class HookToolOutcomeUnknownError extends CharmwrightError {
  readonly code = 'hook-tool-outcome-unknown';
  readonly tool: string;

  constructor(tool: string, why: string, options?: ErrorOptions) {
    super(
      `cannot tell whether ${tool} was run: ${why}. It was not sent again. Let the hook fail, and Juju runs it again.`,
      options,
    );
    this.tool = tool;
  }
}
