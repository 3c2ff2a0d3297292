import {
  request as startRequest,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';

import { messageOf } from '../errors.ts';
import { PebbleConnectionError, PebbleError, PebbleProtocolError } from './errors.ts';
import type { PebbleRequest, PebbleResponse } from './transport.ts';

/** Where an exchange goes. */
export interface HttpTarget {
  readonly agent: Agent;
  readonly socketPath: string;
}

/** A connection that was kept from an earlier exchange turned out to be dead. */
export class StaleConnectionError extends Error {
  /** The daemon cannot have acted on the request, or acting twice does no harm. */
  readonly mayRepeat: boolean;
  readonly connectionError: PebbleConnectionError;

  constructor(connectionError: PebbleConnectionError, mayRepeat: boolean) {
    super(connectionError.message, { cause: connectionError });
    this.name = 'StaleConnectionError';
    this.mayRepeat = mayRepeat;
    this.connectionError = connectionError;
  }
}

const connectFailures: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use the socket',
  ECONNREFUSED: 'nothing listens on the socket',
  ENOENT: 'there is no such socket',
};

/** Keeps Node from working out a TLS name for the socket, which takes it several milliseconds. */
const unnamed = { servername: '' };

/** Sends a request and resolves when the reply's headers have arrived. */
export async function httpExchange(
  target: HttpTarget,
  request: PebbleRequest,
  signal: AbortSignal | undefined,
): Promise<PebbleResponse> {
  const { method, headers = {}, body } = request;
  const outgoing = startRequest({
    ...target,
    ...unnamed,
    method,
    path: addressOf(request),
    headers:
      typeof body === 'string'
        ? { ...headers, 'content-length': String(Buffer.byteLength(body)) }
        : headers,
  });
  const errorOf = (cause: unknown): PebbleError => explain(target.socketPath, cause);
  return await new Promise<PebbleResponse>((resolve, reject) => {
    let incoming: IncomingMessage | undefined;
    let firstError: unknown;
    let receivedBefore = 0;

    const stop = (): void => {
      (incoming ?? outgoing).destroy(errorOf(signal?.reason));
    };
    signal?.addEventListener('abort', stop, { once: true });

    outgoing.on('socket', (socket) => {
      receivedBefore = socket.bytesRead;
    });
    outgoing.on('response', (response) => {
      incoming = response;
      // The reader hears of errors through the iterator; one that has left does not want to.
      response.on('error', () => undefined);
      response.on('end', () => {
        // The daemon has answered without hearing the request out.
        if (!outgoing.writableFinished) outgoing.destroy();
      });
      resolve({
        status: response.statusCode ?? 0,
        headers: flatten(response.headers),
        body: readBody(response, (cause) => errorOf(firstError ?? cause)),
      });
    });
    outgoing.on('error', (cause) => {
      firstError ??= cause;
      const error = errorOf(cause);
      const received = (outgoing.socket?.bytesRead ?? receivedBefore) > receivedBefore;
      if (outgoing.reusedSocket && !received && error instanceof PebbleConnectionError) {
        reject(new StaleConnectionError(error, mayRepeat(request, cause)));
      } else {
        reject(error);
      }
    });
    outgoing.on('close', () => {
      signal?.removeEventListener('abort', stop);
      reject(errorOf(new Error('the daemon closed the connection')));
    });
    if (signal?.aborted === true) stop();
    else if (body === undefined || typeof body === 'string') outgoing.end(body);
    else {
      sendPieces(outgoing, body).catch((error: unknown) => {
        // The source failed, not the daemon: its error is the caller's own.
        reject(error);
        outgoing.destroy();
      });
    }
  });
}

function addressOf({ path, query }: PebbleRequest): string {
  const parameters = new URLSearchParams(query).toString();
  return parameters === '' ? path : `${path}?${parameters}`;
}

/** A whole body of text that met a closed connection was not received. */
function mayRepeat({ method, body }: PebbleRequest, cause: Error): boolean {
  if (method === 'GET') return true;
  return typeof body === 'string' && codeOf(cause) === 'EPIPE';
}

/** Sends a body no faster than the daemon takes it, until it answers or goes away. */
async function sendPieces(outgoing: ClientRequest, body: AsyncIterable<Uint8Array>): Promise<void> {
  let answered = false;
  outgoing.once('response', () => {
    answered = true;
  });
  for await (const piece of body) {
    if (answered || outgoing.destroyed) return;
    if (!outgoing.write(piece)) await roomToWrite(outgoing);
  }
  if (!outgoing.destroyed) outgoing.end();
}

async function roomToWrite(outgoing: ClientRequest): Promise<void> {
  await new Promise<void>((resolve) => {
    const events = ['drain', 'response', 'close'] as const;
    const goOn = (): void => {
      for (const event of events) outgoing.off(event, goOn);
      resolve();
    };
    for (const event of events) outgoing.on(event, goOn);
    if (outgoing.destroyed) goOn();
  });
}

async function* readBody(
  incoming: IncomingMessage,
  errorOf: (cause: unknown) => PebbleError,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    // Without an encoding set, a message's pieces are buffers.
    for await (const piece of incoming as AsyncIterable<Buffer>) yield piece;
  } catch (cause) {
    throw errorOf(cause);
  }
}

function flatten(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function explain(socketPath: string, cause: unknown): PebbleError {
  if (cause instanceof PebbleError) return cause;
  const code = codeOf(cause);
  if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') {
    const what = `speak with Pebble at ${socketPath}`;
    return new PebbleProtocolError(what, `it is not HTTP: ${messageOf(cause)}`, { cause });
  }
  if (cause instanceof Error && 'syscall' in cause && cause.syscall === 'connect') {
    const why = connectFailures[code] ?? messageOf(cause);
    return new PebbleConnectionError(socketPath, 'connect', why, { cause });
  }
  const why =
    code === 'ECONNRESET' || code === 'EPIPE'
      ? 'the daemon closed the connection'
      : messageOf(cause);
  return new PebbleConnectionError(socketPath, 'exchange', why, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
