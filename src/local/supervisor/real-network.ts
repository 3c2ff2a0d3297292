import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { HttpAnswer, NetworkProbes } from '../../simulator/pebble/checks/network-probes.ts';

/** Go's own client gives up after as many. */
const mostRedirects = 10;
/** Bytes of a body that are read; a check shows fewer. */
const readBytes = 4096;

/** The network that the daemon itself sees. */
export const realNetwork: NetworkProbes = {
  async http(url, headers, signal) {
    let address = new URL(url);
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      const { status, body, location } = await ask(address, headers, signal);
      if (location === undefined || status < 300 || status > 399) {
        return { status, body };
      }
      address = new URL(location, address);
    }
    throw new Error(`Get ${JSON.stringify(url)}: stopped after ${mostRedirects} redirects`);
  },

  async tcp(host, port, signal) {
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host, port, signal });
      socket.once('connect', () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', reject);
    });
  },
};

async function ask(
  address: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer & { readonly location: string | undefined }> {
  const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
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
