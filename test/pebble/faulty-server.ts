import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A request as it came in. */
export interface ReceivedRequest {
  /** Such as `GET /v1/system-info`. */
  readonly line: string;
  /** The request line and the headers. */
  readonly head: string;
  readonly body: string;
  /** Which connection it came over, counted from 1. */
  readonly connection: number;
  /** Which request of its connection it is, counted from 1. */
  readonly turn: number;
}

/** What a server does with a request: anything that a program can do to a socket. */
export type Fault = (socket: Socket, request: ReceivedRequest) => void;

/** A server on a unix socket that answers as badly as it is told to. */
export interface FaultyServer extends AsyncDisposable {
  readonly socketPath: string;
  readonly received: readonly ReceivedRequest[];
  /** How many connections were ever made. */
  connections(): number;
  /** How many connections there are now. */
  open(): number;
  /** Reads nothing from connections that are made from now on. */
  pause(): void;
  /** Ends every connection and listens no more. */
  close(): Promise<void>;
}

/** Starts a server. It reads whole requests; requests of streamed bodies end with their last chunk. */
export async function startFaultyServer(fault: Fault): Promise<FaultyServer> {
  const dir = await mkdtemp(join(tmpdir(), 'flt-'));
  const socketPath = join(dir, 's');
  const received: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let paused = false;
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    let turn = 0;
    let held = '';
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (paused) {
      socket.pause();
      return;
    }
    socket.on('data', (bytes) => {
      held += bytes.toString('latin1');
      const request = takeRequest(held);
      if (request === undefined) return;
      held = request.rest;
      turn += 1;
      const { line, head, body } = request;
      const seen = { line, head, body, connection, turn };
      received.push(seen);
      fault(socket, seen);
    });
  });
  await listen(server, socketPath);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(dir, { recursive: true, force: true });
  };
  return {
    socketPath,
    received,
    connections: () => connections,
    open: () => sockets.size,
    pause: () => {
      paused = true;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A reply with its length told. */
export function reply(status: number, body: string, contentType = 'application/json'): string {
  return [
    `HTTP/1.1 ${status} Whatever`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** A reply of type `sync`. */
export function syncReply(result: unknown): string {
  return reply(200, JSON.stringify({ type: 'sync', 'status-code': 200, status: 'OK', result }));
}

/** Takes up a WebSocket. What follows on the socket are its frames. */
export function upgradeReply(request: ReceivedRequest): string {
  const key = /^sec-websocket-key: (.*)$/im.exec(request.head)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept.digest('base64')}`,
    '',
    '',
  ].join('\r\n');
}

function takeRequest(
  held: string,
):
  | { readonly line: string; readonly head: string; readonly body: string; readonly rest: string }
  | undefined {
  const headEnd = held.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = held.slice(0, headEnd);
  const line = (head.split('\r\n')[0] ?? '').replace(/ HTTP\/1\.1$/, '');
  const start = headEnd + 4;
  if (/^transfer-encoding: chunked$/im.test(head)) {
    const end = held.indexOf('0\r\n\r\n', start);
    if (end === -1) return undefined;
    return { line, head, body: held.slice(start, end), rest: held.slice(end + 5) };
  }
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  if (held.length < start + length) return undefined;
  return { line, head, body: held.slice(start, start + length), rest: held.slice(start + length) };
}

async function listen(server: Server, socketPath: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
}
