import type { Socket } from 'node:net';
import { messageOf } from '../../errors.ts';
import type { GobDecoder } from '../../gob/decoder.ts';
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
import { RpcStream } from '../../gob/rpc-stream.ts';
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
  readonly #stream: RpcStream<RpcRequest>;

  private constructor(socket: Socket, service: RpcService) {
    this.#socket = socket;
    this.#service = service;
    // A caller may be killed in the middle of anything.
    socket.on('error', () => socket.destroy());
    this.#stream = new RpcStream(socket, rpcRequest, {
      take: (header, decoder) => this.#takeRequest(header, decoder),
      onFault: (error) => {
        service.onError(error);
        socket.destroy();
      },
    });
  }

  /** Answers until the caller leaves. One that sends something else is left by us. */
  static serve(socket: Socket, service: RpcService): RpcConnection {
    return new RpcConnection(socket, service);
  }

  #takeRequest(header: RpcRequest, decoder: GobDecoder): boolean {
    if (header.ServiceMethod !== jujucMethod) {
      if (!decoder.skip()) return false;
      this.#send(header, { kind: 'refusal', why: unknownMethod(header.ServiceMethod) });
      return true;
    }
    const request = decoder.next(toolRequest);
    if (request === undefined) return false;
    void this.#serve(header, request);
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
    if (answer.kind === 'refusal') {
      const header = { ServiceMethod, Seq, Error: answer.why };
      this.#stream.send(rpcResponse, header, noResponse, {});
      return;
    }
    const { code, stdout, stderr } = answer.reply;
    const body = { Code: code, Stdout: Buffer.from(stdout), Stderr: Buffer.from(stderr) };
    this.#stream.send(rpcResponse, { ServiceMethod, Seq, Error: '' }, toolResponse, body);
  }
}

/** As Go's net/rpc words it. */
function unknownMethod(name: string): string {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return `rpc: service/method request ill-formed: ${name}`;
  return `rpc: can't find ${name.slice(0, dot) === 'Jujuc' ? 'method' : 'service'} ${name}`;
}
