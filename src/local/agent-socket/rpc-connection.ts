import type { Socket } from 'node:net';
import { messageOf } from '../../errors.ts';
import { GobDecoder } from '../../gob/decoder.ts';
import { GobEncoder } from '../../gob/encoder.ts';
import {
  jujucMethod,
  noResponse,
  rpcRequest,
  rpcResponse,
  toolRequest,
  toolResponse,
  type RpcRequest,
  type ToolRequestMessage,
} from '../../gob/jujuc-messages.ts';
import type { ToolProcessReply } from '../hook-tools/hook-tool-run.ts';

/** What a request comes to. */
export type RpcAnswer =
  | { readonly kind: 'reply'; readonly reply: ToolProcessReply }
  | { readonly kind: 'refusal'; readonly why: string };

export interface RpcService {
  answer(request: ToolRequestMessage): Promise<RpcAnswer>;
  onError(error: unknown): void;
}

/** One caller of the agent's socket: Go's net/rpc, with requests answered as they are done. */
export class RpcConnection {
  readonly #socket: Socket;
  readonly #service: RpcService;
  readonly #decoder = new GobDecoder();
  readonly #encoder = new GobEncoder();
  #header: RpcRequest | undefined;

  constructor(socket: Socket, service: RpcService) {
    this.#socket = socket;
    this.#service = service;
  }

  /** Answers until the caller leaves. One that sends something else is left by us. */
  start(): void {
    // A caller may be killed in the middle of anything.
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('data', (bytes: Buffer) => {
      if (this.#socket.destroyed) return;
      this.#decoder.push(bytes);
      try {
        while (this.#takeRequest());
      } catch (error) {
        this.#service.onError(error);
        this.#socket.destroy();
      }
    });
  }

  /** Takes one whole request. Resolves to whether there was one. */
  #takeRequest(): boolean {
    this.#header ??= this.#decoder.next(rpcRequest);
    if (this.#header === undefined) return false;
    const header = this.#header;
    if (header.ServiceMethod === jujucMethod) {
      const request = this.#decoder.next(toolRequest);
      if (request === undefined) return false;
      void this.#serve(header, request);
    } else {
      if (!this.#decoder.skip()) return false;
      this.#send(header, { kind: 'refusal', why: unknownMethod(header.ServiceMethod) });
    }
    this.#header = undefined;
    return true;
  }

  async #serve(header: RpcRequest, request: ToolRequestMessage): Promise<void> {
    try {
      this.#send(header, await this.#service.answer(request));
    } catch (error) {
      this.#service.onError(error);
      this.#send(header, { kind: 'refusal', why: messageOf(error) });
    }
  }

  #send({ ServiceMethod, Seq }: RpcRequest, answer: RpcAnswer): void {
    if (this.#socket.destroyed) return;
    const why = answer.kind === 'refusal' ? answer.why : '';
    const header = this.#encoder.encode(rpcResponse, { ServiceMethod, Seq, Error: why });
    this.#socket.write(Buffer.concat([header, this.#body(answer)]));
  }

  #body(answer: RpcAnswer): Buffer {
    if (answer.kind === 'refusal') return this.#encoder.encode(noResponse, {});
    const { code, stdout, stderr } = answer.reply;
    return this.#encoder.encode(toolResponse, {
      Code: code,
      Stdout: Buffer.from(stdout),
      Stderr: Buffer.from(stderr),
    });
  }
}

/** As Go's net/rpc words it. */
function unknownMethod(name: string): string {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return `rpc: service/method request ill-formed: ${name}`;
  return `rpc: can't find ${name.slice(0, dot) === 'Jujuc' ? 'method' : 'service'} ${name}`;
}
