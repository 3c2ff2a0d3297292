import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GobDecoder } from '../../src/gob/decoder.ts';
import { GobEncoder } from '../../src/gob/encoder.ts';
import {
  noResponse,
  rpcRequest,
  rpcResponse,
  toolRequest,
  toolResponse,
  type RpcRequest,
  type ToolRequestMessage,
} from '../../src/gob/jujuc-messages.ts';

/** What a scripted agent does with a request. */
export type Deed =
  | { readonly stdout?: string; readonly stderr?: string; readonly code?: number }
  | { readonly refusal: string }
  | { readonly bytes: Buffer; readonly leave?: true }
  | 'close'
  | 'nothing';

/** An agent's socket that does with each request what a test says, in whatever order. */
export class ScriptedAgent {
  readonly path: string;
  readonly requests: ToolRequestMessage[] = [];
  /** How many connections were made, and how many of them are open. */
  connections = 0;
  readonly open: Set<Socket> = new Set();
  readonly #folder = mkdtempSync(join(tmpdir(), 'agent-'));
  readonly #server: Server;
  readonly #script: (request: ToolRequestMessage) => Deed | Promise<Deed>;

  constructor(script: (request: ToolRequestMessage) => Deed | Promise<Deed>) {
    this.path = join(this.#folder, 'agent.socket');
    this.#script = script;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async listen(path: string = this.path): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(path, resolve);
    });
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
    rmSync(this.#folder, { recursive: true });
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.open.add(socket);
    const decoder = new GobDecoder();
    const encoder = new GobEncoder();
    let header: RpcRequest | undefined;
    socket.on('close', () => this.open.delete(socket)).on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      decoder.push(bytes);
      for (;;) {
        header ??= decoder.next(rpcRequest);
        const request = header && decoder.next(toolRequest);
        if (header === undefined || request === undefined) return;
        this.requests.push(request);
        void this.#act(socket, encoder, header, request);
        header = undefined;
      }
    });
  }

  async #act(
    socket: Socket,
    encoder: GobEncoder,
    header: RpcRequest,
    request: ToolRequestMessage,
  ): Promise<void> {
    const deed = await this.#script(request);
    if (deed === 'nothing') return;
    if (deed === 'close') {
      socket.destroy();
    } else if ('bytes' in deed) {
      socket.write(deed.bytes);
      if (deed.leave === true) socket.end();
    } else if ('refusal' in deed) {
      socket.write(Buffer.from(encoder.encode(rpcResponse, { ...header, Error: deed.refusal })));
      socket.write(encoder.encode(noResponse, {}));
    } else {
      const { stdout = '', stderr = '', code = 0 } = deed;
      socket.write(encoder.encode(rpcResponse, { ...header, Error: '' }));
      socket.write(
        encoder.encode(toolResponse, {
          Code: code,
          Stdout: Buffer.from(stdout),
          Stderr: Buffer.from(stderr),
        }),
      );
    }
  }
}
