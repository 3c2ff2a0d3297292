import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { CharmwrightError } from '../../errors.ts';
import { goQuote } from '../../pebble/plan/go-quote.ts';
import type { HttpAnswer, NetworkProbes } from '../../simulator/pebble/checks/network-probes.ts';

/** Go's own client gives up after as many. */
const mostRedirects = 10;
/** Bytes of a body that are read; a check shows fewer. */
const readBytes = 4096;

/** What Go's client says of itself. */
const userAgent = 'Go-http-client/1.1';

/** A check could not reach what it asks. The message is in Go's words where these are known. */
class NetworkError extends CharmwrightError {
  readonly code = 'network';
}

/** The network that the daemon itself sees. */
export const realNetwork: NetworkProbes = {
  async http(url, headers, signal) {
    const get = `Get ${goQuote(url)}`;
    let address = addressOf(url, get);
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      const { status, body, location } = await reached(get, async () =>
        ask(address, headers, signal),
      );
      if (location === undefined || status < 300 || status > 399) {
        return { status, body };
      }
      if (redirects === mostRedirects) {
        throw new NetworkError(
          `Get ${goQuote(location)}: stopped after ${mostRedirects} redirects`,
        );
      }
      address = new URL(location, address);
    }
    throw new NetworkError(`${get}: too many redirects`);
  },

  async tcp(host, port, signal) {
    refusePort(port, '');
    await reached('', async () => {
      await new Promise<void>((resolve, reject) => {
        const socket = connect({ host, port, signal });
        socket.once('connect', () => {
          socket.destroy();
          resolve();
        });
        socket.once('error', reject);
      });
    });
  },
};

/** @throws {NetworkError} when a text is no address that Go would ask. */
function addressOf(url: string, get: string): URL {
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  if (url.startsWith(':')) {
    throw new NetworkError(`cannot build request: parse ${goQuote(url)}: missing protocol scheme`);
  }
  if (scheme !== 'http' && scheme !== 'https') {
    throw new NetworkError(`${get}: unsupported protocol scheme ${goQuote(scheme)}`);
  }
  const authority = /^[^:]*:\/\/([^/?#]*)/.exec(url)?.[1] ?? '';
  if (authority === '') {
    throw new NetworkError(`${get}: http: no Host in request URL`);
  }
  refusePort(Number(/:(\d+)$/.exec(authority)?.[1] ?? 0), `${get}: `);
  return new URL(url);
}

function refusePort(port: number, before: string): void {
  if (port > 65_535) {
    throw new NetworkError(`${before}dial tcp: address ${port}: invalid port`);
  }
}

/** The kernel's answers to a connection, in Go's words. */
const refusals: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
};

/** Says in Go's words why nobody was reached. */
async function reached<T>(get: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    // Of several addresses that were tried, Go names the first.
    const cause: unknown = error instanceof AggregateError ? error.errors[0] : error;
    const words = wordsFor(cause);
    if (words === undefined) throw error;
    throw new NetworkError(get === '' ? words : `${get}: ${words}`, { cause: error });
  }
}

function wordsFor(error: unknown): string | undefined {
  const { code, address, port, hostname } = partsOf(error);
  if (code === 'ENOTFOUND' && hostname !== '') {
    return `dial tcp: lookup ${hostname}: no such host`;
  }
  const refusal = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  if (refusal === undefined || address === '') {
    return undefined;
  }
  const host = address.includes(':') ? `[${address}]` : address;
  return `dial tcp ${host}:${port}: connect: ${refusal}`;
}

/** What Node tells of a failed connection; empty where it does not. */
function partsOf(error: unknown) {
  const fields = new Map<string, unknown>(error instanceof Error ? Object.entries(error) : []);
  const text = (field: string): string => {
    const value = fields.get(field);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return {
    code: text('code'),
    address: text('address'),
    port: text('port'),
    hostname: text('hostname'),
  };
}

async function ask(
  address: URL,
  given: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer & { readonly location: string | undefined }> {
  const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
  // Like Go, which knows the host from the address alone.
  const headers = {
    'user-agent': userAgent,
    ...Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) =>
        name.toLowerCase() === 'host' ? [] : [[name.toLowerCase(), value]],
      ),
    ),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send(address, { headers, signal, agent: false }, resolve).once('error', reject).end();
  });
  let body = '';
  response.setEncoding('utf8');
  for await (const piece of response as AsyncIterable<string>) {
    body += piece;
    if (body.length >= readBytes) {
      break;
    }
  }
  response.destroy();
  return { status: response.statusCode ?? 0, body, location: response.headers.location };
}
