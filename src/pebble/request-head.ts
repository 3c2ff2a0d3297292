import type { PebbleRequest } from './transport.ts';

/** The first lines of a request, up to its body. */
export function requestHead(request: PebbleRequest): string {
  const { method, headers = {}, body } = request;
  const lines = [`${method} ${addressOf(request)} HTTP/1.1`, 'Host: localhost'];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (typeof body === 'string') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  else if (body !== undefined) lines.push('Transfer-Encoding: chunked');
  else if (method !== 'GET') lines.push('Content-Length: 0');
  for (const line of lines) {
    // Nothing that came from elsewhere may end a line and begin another one.
    if (/[^\x20-\x7e]/.test(line))
      throw new TypeError(`a request cannot hold ${JSON.stringify(line)}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function addressOf({ path, query }: PebbleRequest): string {
  if (/[^\x21-\x7e]/.test(path)) throw new TypeError(`a path cannot be ${JSON.stringify(path)}`);
  if (query === undefined) return path;
  const parameters = new URLSearchParams(query).toString();
  return parameters === '' ? path : `${path}?${parameters}`;
}
