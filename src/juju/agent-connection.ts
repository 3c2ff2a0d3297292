import { connect, type Socket } from 'node:net';
import { messageOf } from '../errors.ts';
import type { GobDecoder } from '../gob/decoder.ts';
import { GobError } from '../gob/errors.ts';
import {
  jujucMethod,
  rpcRequest,
  rpcResponse,
  toolRequest,
  toolResponse,
  type RpcResponse,
  type ToolRequestMessage,
} from '../gob/jujuc-messages.ts';
import { RpcStream } from '../gob/rpc-stream.ts';
import type { HookToolReply } from './hook-tool.ts';
import { untilAborted } from './until-aborted.ts';

/** What the agent made of a request. */
export type AgentAnswer =
  | { readonly kind: 'reply'; readonly reply: HookToolReply }
  /** It never became a call of a tool. */
  | { readonly kind: 'refusal'; readonly why: string };

/** The connection is gone, and with it the answers that were awaited on it. */
export class AgentSilence extends Error {
  override readonly name = 'AgentSilence';
}

interface Waiter {
  readonly resolve: (answer: AgentAnswer) => void;
  readonly reject: (silence: AgentSilence) => void;
}

/**
 * A connection to the agent's socket: Go's net/rpc, any number of requests at a time. It keeps the
 * process alive only while an answer is awaited.
 */
export class AgentConnection {
  readonly #socket: Socket;
  readonly #stream: RpcStream<RpcResponse>;
  readonly #waiting = new Map<number, Waiter>();
  #sent = 0;
  #lost: AgentSilence | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#stream = new RpcStream(socket, rpcResponse, {
      take: (header, decoder) => this.#takeAnswer(header, decoder),
      onFault: (error) => {
        if (!(error instanceof GobError)) throw error;
        this.#lose(`its answer cannot be understood: ${error.message}`, error);
      },
    });
    socket
      .on('error', (error) => this.#lose(messageOf(error), error))
      .on('close', () => this.#lose('the agent closed the connection'));
  }

  /**
   * @param path as `net.connect` takes it.
   * @throws what `net.connect` reports, when nobody listens there.
   */
  static open(path: string): Promise<AgentConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new AgentConnection(socket));
      });
    });
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param signal ends the wait; the agent hears nothing of it, as when a tool's process is killed.
   * @throws {AgentSilence} when no answer will come.
   */
  async ask(request: ToolRequestMessage, signal: AbortSignal | undefined): Promise<AgentAnswer> {
    if (this.#lost !== undefined) throw this.#lost;
    const number = this.#sent;
    this.#sent += 1;
    const answer = new Promise<AgentAnswer>((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
    });
    this.#socket.ref();
    const header = { ServiceMethod: jujucMethod, Seq: number };
    this.#stream.send(rpcRequest, header, toolRequest, request);
    try {
      return await untilAborted(answer, signal);
    } finally {
      // An answer that still comes is dropped.
      this.#waiting.delete(number);
      if (this.#waiting.size === 0) this.#socket.unref();
    }
  }

  /** Whether requests can still be sent. */
  get isOpen(): boolean {
    return this.#lost === undefined;
  }

  /** Ends the connection at once, with whatever is awaited on it. */
  close(): void {
    this.#lose('the connection was closed here');
  }

  #takeAnswer({ Seq: number, Error: why }: RpcResponse, decoder: GobDecoder): boolean {
    if (number >= this.#sent) throw new GobError(`answer ${number} to a question never asked`);
    const answer = why === '' ? takeReply(decoder) : takeRefusal(decoder, why);
    if (answer === undefined) return false;
    this.#waiting.get(number)?.resolve(answer);
    return true;
  }

  #lose(why: string, cause?: unknown): void {
    if (this.#lost !== undefined) return;
    const lost = new AgentSilence(why, { cause });
    this.#lost = lost;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.values()) reject(lost);
    this.#waiting.clear();
  }
}

function takeReply(decoder: GobDecoder): AgentAnswer | undefined {
  const response = decoder.next(toolResponse);
  if (response === undefined) return undefined;
  const { Code: code, Stdout, Stderr } = response;
  return { kind: 'reply', reply: { code, stdout: textOf(Stdout), stderr: textOf(Stderr) } };
}

function takeRefusal(decoder: GobDecoder, why: string): AgentAnswer | undefined {
  return decoder.skip() ? { kind: 'refusal', why } : undefined;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
