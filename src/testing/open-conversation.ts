import { PebbleConnectionError, PebbleProtocolError } from '../pebble/errors.ts';
import { anything, parseEnvelope, readResult } from '../pebble/envelope.ts';
import type { MessageConnection } from '../pebble/message-transport.ts';
import type { PebbleCore } from '../simulator/pebble/core.ts';
import { messagePair } from '../simulator/pebble/exec/message-pair.ts';

/**
 * Begins a conversation with a daemon in this process, as a websocket does with one behind a socket.
 *
 * @throws {PebbleApiError} when the daemon refuses.
 * @throws {PebbleConnectionError} when the signal was aborted.
 */
export async function openConversation(
  core: PebbleCore,
  path: string,
  endpoint: string,
  signal?: AbortSignal,
): Promise<MessageConnection> {
  const upgrade = await core.upgrade({ method: 'GET', path, signal });
  if (upgrade.accepted) {
    const lost = (): Error =>
      new PebbleConnectionError(endpoint, 'exchange', 'the daemon closed the connection');
    const { client, daemon } = messagePair(lost);
    if (signal?.aborted === true) throw lost();
    upgrade.begin(daemon);
    return client;
  }
  const what = `open ${path}`;
  const { status, body } = upgrade.response;
  if (status >= 300) {
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    const text = Buffer.concat(pieces).toString('utf8');
    readResult(what, parseEnvelope(what, text, status), anything);
  }
  throw new PebbleProtocolError(what, `it answers with ${status} in place of a conversation`);
}
