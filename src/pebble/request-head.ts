import type { PebbleRequest } from './transport.ts';

/** The first lines of a request, up to its body. */
export function requestHead({ method, path, query, headers, body }: PebbleRequest): string {
  let lines = `${method} ${addressOf(path, query)} HTTP/1.1\r\nHost: localhost\r\n`;
  if (headers !== undefined) {
    for (const [name, value] of Object.entries(headers)) lines += `${headerLine(name, value)}\r\n`;
  }
  if (typeof body === 'string') lines += `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  else if (body !== undefined) lines += 'Transfer-Encoding: chunked\r\n';
  else if (method !== 'GET') lines += 'Content-Length: 0\r\n';
  return `${lines}\r\n`;
}

function headerLine(name: string, value: string): string {
  const line = `${name}: ${value}`;
  // Nothing that came from elsewhere may end a line and begin another one.
  if (/[^\x20-\x7e]/.test(line)) {
    throw new TypeError(`a request cannot hold ${JSON.stringify(line)}`);
  }
  return line;
}

function addressOf(path: string, query: PebbleRequest['query'] = {}): string {
  if (/[^\x21-\x7e]/.test(path)) throw new TypeError(`a path cannot be ${JSON.stringify(path)}`);
  const pairs = Object.entries(query);
  if (pairs.length === 0) return path;
  const parameters = new URLSearchParams();
  for (const [name, values] of pairs) {
    for (const value of [values].flat()) parameters.append(name, value);
  }
  return `${path}?${parameters.toString()}`;
}
