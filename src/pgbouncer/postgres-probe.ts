import { connect } from 'node:net';

import type { Endpoint } from './relations/endpoint.ts';

// https://www.postgresql.org/docs/15/protocol-message-formats.html: SSLRequest, whose one-byte
// answer, S or N, every server since PostgreSQL 7 gives before it asks who the client is.
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Whether a server that speaks PostgreSQL's protocol answers.
 *
 * It opens a TCP connection, asks for TLS and looks at the answer; it does not log in.
 *
 * @param timeout milliseconds for all of it
 */
export async function speaksPostgres(endpoint: Endpoint, timeout: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: endpoint.host, port: endpoint.port });
    const end = (answer: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, timeout, false);
    socket.once('connect', () => socket.write(sslRequest));
    // One byte alone: the greetings of other protocols, such as SSH's, may begin with an S too.
    socket.once('data', (reply) =>
      end(reply.length === 1 && 'SN'.includes(reply.toString('latin1'))),
    );
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
