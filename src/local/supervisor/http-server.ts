import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { CharmwrightError } from '../../errors.ts';
import type { PebbleResponse } from '../../pebble/transport.ts';
import type { PebbleCore, PebbleCoreRequest } from '../../simulator/pebble/core.ts';
import { webSocketChannel } from './web-socket-channel.ts';

/** Anybody may connect, as with Pebble; what protects the socket is the directory it is in. */
const socketMode = 0o666;

/** The longest message that is taken; clients send some 16 KiB. */
const longestMessage = 64 * 1024 * 1024;

/** Another daemon answers on the socket. */
export class SocketInUseError extends CharmwrightError {
  readonly code = 'socket-in-use';
  readonly socketPath: string;

  constructor(socketPath: string) {
    super(
      `cannot listen: socket ${JSON.stringify(socketPath)} already in use. Stop the other daemon or choose another path.`,
    );
    this.socketPath = socketPath;
  }
}

/** A daemon that listens on its socket. */
export interface PebbleServer {
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

/**
 * Puts a daemon on a unix socket. A socket that nobody answers on any more is replaced.
 *
 * @throws {SocketInUseError}
 */
export async function servePebble(core: PebbleCore, socketPath: string): Promise<PebbleServer> {
  if (await answers(socketPath)) {
    throw new SocketInUseError(socketPath);
  }
  await rm(socketPath, { force: true });
  const server = createServer((incoming, outgoing) => {
    answer(core, incoming, outgoing).catch((error: unknown) => {
      // Nothing that a client sends may end the daemon.
      outgoing.destroy(error instanceof Error ? error : undefined);
    });
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: longestMessage,
  });
  server.on('upgrade', (incoming, socket, head) => {
    // Whoever breaks the connection off has no answer.
    socket.on('error', () => undefined);
    converse(core, sockets, incoming, socket, head).catch(() => {
      socket.destroy();
    });
  });
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.keepAliveTimeout = 0;
  server.listen(socketPath);
  await once(server, 'listening');
  await chmod(socketPath, socketMode);
  return {
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await closeServer(server);
    },
  };
}

/** Answers a request that asks for another protocol: with websockets where they are served. */
async function converse(
  core: PebbleCore,
  sockets: WebSocketServer,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const outgoing = new ServerResponse(incoming);
  outgoing.shouldKeepAlive = false;
  const gone = new AbortController();
  socket.once('close', () => {
    gone.abort();
  });
  const request = requestOf(incoming, undefined, gone.signal);
  const isWebSocket = incoming.headers.upgrade?.toLowerCase() === 'websocket';
  const upgrade = request && isWebSocket ? await core.upgrade(request) : undefined;
  if (upgrade?.accepted === true) {
    sockets.handleUpgrade(incoming, socket, head, (opened) => {
      upgrade.begin(webSocketChannel(opened));
    });
    return;
  }
  if (!(socket instanceof Socket)) {
    socket.destroy();
    return;
  }
  outgoing.assignSocket(socket);
  outgoing.once('finish', () => {
    socket.end();
  });
  await answer(
    upgrade === undefined ? core : { handle: async () => upgrade.response },
    incoming,
    outgoing,
  );
}

async function answer(
  core: Pick<PebbleCore, 'handle'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    gone.abort();
  });
  outgoing.on('error', () => {
    gone.abort();
  });
  // Stopping to read early must not break the connection: the answer still has to go out.
  const chunks = incoming.iterator({ destroyOnReturn: false });
  const request = requestOf(incoming, chunks, gone.signal);
  if (request === undefined) {
    incoming.resume();
    outgoing.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' }).end('400 Bad Request');
    return;
  }
  const response = await core.handle(request);
  outgoing.writeHead(response.status, { ...response.headers });
  try {
    await sendBody(response, outgoing, gone.signal);
  } catch (error) {
    // The status line is out: only a broken connection can still say that the body is not whole.
    outgoing.destroy(error instanceof Error ? error : undefined);
    return;
  }
  // What the client still sends is let through, so that it gets to read the answer.
  await chunks.return?.();
  incoming.resume();
  outgoing.end();
}

async function sendBody(
  { body, headers }: PebbleResponse,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  if (headers['content-length'] === undefined) {
    outgoing.flushHeaders();
  }
  for await (const chunk of body) {
    if (gone.aborted) {
      return;
    }
    if (!outgoing.write(chunk)) {
      await drained(outgoing, gone);
    }
  }
}

async function drained(outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  try {
    await once(outgoing, 'drain', { signal: gone });
  } catch (error) {
    if (!gone.aborted) {
      throw error;
    }
  }
}

/** @returns `undefined` when the address is none. */
function requestOf(
  incoming: IncomingMessage,
  body: AsyncIterable<Uint8Array> | undefined,
  signal: AbortSignal,
): PebbleCoreRequest | undefined {
  const address = (incoming.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const [, encodedPath = '', search = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(address) ?? [];
  const path = decodePath(encodedPath);
  if (path === undefined) {
    return undefined;
  }
  const parameters = new URLSearchParams(search);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  const query: Record<string, readonly string[]> = {};
  for (const name of parameters.keys()) {
    query[name] = parameters.getAll(name);
  }
  return {
    method: incoming.method ?? 'GET',
    path,
    query,
    headers,
    body,
    signal,
  };
}

function decodePath(path: string): string | undefined {
  try {
    return path.startsWith('/') ? decodeURIComponent(path) : undefined;
  } catch {
    return undefined;
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const patience = setTimeout(() => {
    server.closeAllConnections();
  }, 1000);
  await closed;
  clearTimeout(patience);
}
