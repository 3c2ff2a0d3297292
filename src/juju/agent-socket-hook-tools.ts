import { AgentConnection, AgentSilence, type AgentAnswer } from './agent-connection.ts';
import type { AgentSocketAddress } from './agent-socket-address.ts';
import { HookToolOutcomeUnknownError } from './agent-socket-errors.ts';
import { CallOrder, kindOf } from './call-order.ts';
import {
  HookToolUnavailableError,
  type HookToolCall,
  type HookToolReply,
  type HookTools,
} from './hook-tool.ts';
import { untilAborted } from './until-aborted.ts';
import type { JujuVersion } from './version.ts';

export interface AgentSocketHookToolsOptions {
  /**
   * The directory that relative paths in arguments mean. Absolute.
   *
   * @default the process's working directory, at each call
   */
  readonly directory?: string;
  /** The agent's version. */
  readonly version?: JujuVersion;
}

/**
 * Hook tools over the socket of Juju's agent, on one connection and without a process: what the
 * executables do themselves. Reads may be under way together; a write waits for all earlier calls,
 * and later ones wait for it.
 *
 * A write that was sent and not answered throws {@link HookToolOutcomeUnknownError}.
 */
export class AgentSocketHookTools implements HookTools {
  readonly callCost = 'message';
  readonly version: JujuVersion | undefined;
  readonly #connection: AgentConnection;
  readonly #address: AgentSocketAddress;
  readonly #directory: string | undefined;
  readonly #order = new CallOrder();

  private constructor(
    connection: AgentConnection,
    address: AgentSocketAddress,
    { directory, version }: AgentSocketHookToolsOptions,
  ) {
    this.#connection = connection;
    this.#address = address;
    this.#directory = directory;
    this.version = version;
  }

  /** @throws what `net.connect` reports, when nobody listens there. */
  static async connect(
    address: AgentSocketAddress,
    options: AgentSocketHookToolsOptions = {},
  ): Promise<AgentSocketHookTools> {
    return new AgentSocketHookTools(await AgentConnection.open(address.path), address, options);
  }

  async call(
    call: HookToolCall,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<HookToolReply> {
    const { tool } = call;
    let answer: AgentAnswer;
    try {
      answer = await this.ask(call, { signal });
    } catch (error) {
      if (!(error instanceof AgentSilence)) throw error;
      if (error instanceof NotAsked || kindOf(call) !== 'write') {
        throw new HookToolUnavailableError(tool, error.message, { cause: error });
      }
      throw new HookToolOutcomeUnknownError(tool, error.message, { cause: error });
    }
    if (answer.kind === 'reply') return answer.reply;
    if (answer.why.startsWith('bad request: unknown command')) {
      throw new HookToolUnavailableError(tool, answer.why, { missing: true });
    }
    // As the tool's own executable reports it.
    return { code: 1, stdout: '', stderr: `ERROR ${answer.why}\n` };
  }

  /**
   * As `call`, but tells a tool's own answer from a request that never became a call.
   *
   * @throws {AgentSilence} when there is no answer.
   */
  async ask(
    call: HookToolCall,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<AgentAnswer> {
    signal?.throwIfAborted();
    const turn = this.#order.run(kindOf(call), async () => {
      signal?.throwIfAborted();
      if (!this.#connection.isOpen) throw new NotAsked('the connection to the agent is shut down');
      return await this.#connection.ask(this.#request(call), signal);
    });
    return await untilAborted(turn, signal);
  }

  async close(): Promise<void> {
    this.#connection.close();
    await Promise.resolve();
  }

  #request({ tool, args, stdin }: HookToolCall): Parameters<AgentConnection['ask']>[0] {
    return {
      ContextId: this.#address.contextId,
      Dir: this.#directory ?? process.cwd(),
      CommandName: tool,
      Args: args,
      StdinSet: stdin !== undefined,
      Stdin: Buffer.from(stdin ?? ''),
      Token: this.#address.token,
    };
  }
}

/** The connection had ended before the request could be sent. */
class NotAsked extends AgentSilence {}
