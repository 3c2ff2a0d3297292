import type { MessageTransport } from '../../pebble/message-transport.ts';
import type { PebbleResponse } from '../../pebble/transport.ts';
import { withFutureFields } from './future-fields.ts';

/** A way to a Pebble that is of a later version: objects in its replies have fields of their own. */
export function hostileTransport(transport: MessageTransport): MessageTransport {
  return {
    ...transport,
    request: async (request, options) => {
      const response = await transport.request(request, options);
      if (response.headers['content-type'] !== 'application/json') return response;
      // Identities are by name: what is beside them would be one more.
      const places = request.path === '/v1/identities' ? [''] : ['', 'result', 'result.*'];
      return await enriched(response, places);
    },
  };
}

async function enriched(
  { status, headers, body }: PebbleResponse,
  places: readonly string[],
): Promise<PebbleResponse> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  const text = Buffer.concat(pieces).toString('utf8');
  const bytes = Buffer.from(withFutureFields(text, places));
  return {
    status,
    headers: { ...headers, 'content-length': String(bytes.length) },
    body: once(bytes),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
