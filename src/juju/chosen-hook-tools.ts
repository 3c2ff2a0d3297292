import { messageOf } from '../errors.ts';
import { agentSocketOffer, type AgentSocketAddress } from './agent-socket-address.ts';
import { AgentSocketUnavailableError, HookToolTransportError } from './agent-socket-errors.ts';
import { kindOf } from './call-order.ts';
import type { Environment } from './context.ts';
import {
  HookToolUnavailableError,
  type HookToolCall,
  type HookToolReply,
  type HookTools,
} from './hook-tool.ts';
import { untilAborted } from './until-aborted.ts';
import { JujuVersion } from './version.ts';

export interface ChosenHookToolsOptions {
  /** Juju's variables, and CHARMWRIGHT_HOOK_TOOLS. */
  readonly environment: Environment;
  /** Told once when the agent offers a socket and processes are used nevertheless. */
  readonly onProcesses?: (why: string) => void;
  /**
   * Milliseconds that the agent may take for its first answer.
   *
   * @default 30 000
   */
  readonly timeout?: number;
}

/** What goes before a first call that changes something: a tool that the agent runs, and no more. */
const probe: HookToolCall = { tool: 'config-get', args: ['--help'] };

interface Choice {
  readonly tools: HookTools;
  /** The answer to the first call, when it was the test. */
  readonly first?: HookToolReply;
}

/**
 * Hook tools by the best way there is, chosen at the first call and kept: the agent's socket where
 * it is offered and answers as expected, otherwise processes. `CHARMWRIGHT_HOOK_TOOLS=process` means
 * processes without asking; with `socket`, every call throws where the socket cannot be used.
 *
 * A first call that only reads is the test itself; before any other, a call is made that does
 * nothing. So nothing that changes anything is ever sent twice.
 */
export class ChosenHookTools implements HookTools {
  readonly version: JujuVersion;
  readonly #options: ChosenHookToolsOptions;
  #choice: Promise<Choice> | undefined;
  #chosen: HookTools | undefined;
  #closed = false;

  constructor(options: ChosenHookToolsOptions) {
    this.version = new JujuVersion(options.environment['JUJU_VERSION'] ?? '');
    this.#options = options;
  }

  /** Undefined before the first call. */
  get callCost(): HookTools['callCost'] {
    return this.#chosen?.callCost;
  }

  /**
   * @throws {AgentSocketUnavailableError} when the socket is insisted on and cannot be used.
   * @throws {HookToolTransportError} when CHARMWRIGHT_HOOK_TOOLS means nothing.
   */
  async call(
    call: HookToolCall,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<HookToolReply> {
    options.signal?.throwIfAborted();
    this.#assertOpen(call);
    const isFirst = this.#choice === undefined;
    this.#choice ??= this.#choose(call);
    const { tools, first } = await untilAborted(this.#choice, options.signal);
    this.#assertOpen(call);
    return isFirst && first !== undefined ? first : await tools.call(call, options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#chosen?.close();
  }

  #assertOpen({ tool }: HookToolCall): void {
    if (this.#closed) throw new HookToolUnavailableError(tool, 'the transport is closed');
  }

  async #choose(call: HookToolCall): Promise<Choice> {
    const choice = await this.#weigh(call);
    this.#chosen = choice.tools;
    if (this.#closed) await choice.tools.close();
    return choice;
  }

  async #weigh(call: HookToolCall): Promise<Choice> {
    const { environment, onProcesses } = this.#options;
    const wish = environment['CHARMWRIGHT_HOOK_TOOLS'] ?? '';
    if (!['', 'process', 'socket'].includes(wish)) throw new HookToolTransportError(wish);
    if (wish === 'process') return await this.#processes();
    const offer = agentSocketOffer(environment);
    let why = 'JUJU_AGENT_SOCKET_ADDRESS is not set';
    let cause: unknown;
    if (offer.offer === 'unusable') ({ why } = offer);
    if (offer.offer === 'socket') {
      try {
        return await this.#test(offer.address, call);
      } catch (error) {
        cause = error;
        why = messageOf(error);
      }
    }
    if (wish === 'socket') throw new AgentSocketUnavailableError(why, { cause });
    if (offer.offer !== 'none') onProcesses?.(why);
    return await this.#processes();
  }

  /** @throws what speaks against the socket. */
  async #test(address: AgentSocketAddress, call: HookToolCall): Promise<Choice> {
    const { timeout = 30_000 } = this.#options;
    const { AgentSocketHookTools } = await import('./agent-socket-hook-tools.ts');
    const tools = await AgentSocketHookTools.connect(address, { version: this.version });
    const isTest = kindOf(call) === 'read';
    const signal = AbortSignal.timeout(timeout);
    try {
      const answer = await tools.ask(isTest ? call : probe, { signal });
      if (answer.kind === 'refusal') throw new Error(answer.why);
      return isTest ? { tools, first: answer.reply } : { tools };
    } catch (error) {
      await tools.close();
      if (!signal.aborted) throw error;
      throw new Error(`the agent did not answer within ${timeout} ms`, { cause: error });
    }
  }

  async #processes(): Promise<Choice> {
    const { ProcessHookTools } = await import('./process-hook-tools.ts');
    return { tools: new ProcessHookTools(this.#options) };
  }
}
